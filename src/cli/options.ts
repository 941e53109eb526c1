import { outputFormats } from './output/formats.ts';

/**
 * Options are declared in tables: the parser, the help, the manual page, completion and the check for secrets are made
 * from them.
 */
export interface OptionSpec {
  /** Placeholder of the value; a switch has none. FILE and DIR are completed as such. */
  readonly value?: string;
  /** Other spellings, with their dashes. */
  readonly aliases?: readonly string[];
  readonly repeatable?: true;
  /** What the value may be, in any letter case, or is most often: shown in help, offered by completion. */
  readonly values?: readonly string[];
  readonly description: string;
}

/** Keyed by the long name in camelCase. */
export type OptionTable = Readonly<Record<string, OptionSpec>>;

/** What was given: text for an option with a value, a list for a repeatable one, true for a switch. */
export type OptionValues = Readonly<Record<string, string | readonly string[] | true | undefined>>;

export const longName = (key: string): string => `--${key.replace(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`)}`;

export const textValue = (values: OptionValues, key: string): string | undefined => {
  const value = values[key];
  return typeof value === 'string' ? value : undefined;
};

export const commonOptions = {
  output: {
    value: 'FORMAT',
    aliases: ['-o'],
    values: outputFormats,
    description: 'form of the result, default json, on a terminal table',
  },
  query: { value: 'JMESPATH', description: 'part of the result to print, as in az' },
  verbose: { description: 'tell each request on stderr' },
  debug: { description: 'tell each request and more of every failure on stderr' },
  quiet: { description: 'no warnings on stderr' },
} as const satisfies OptionTable;

/** Options that would put a secret on the command line, where every user of the machine can read it, and what to use. */
export const refusedSecrets: Readonly<Record<string, readonly string[]>> = {
  '--client-secret': [
    '--client-secret-file FILE',
    '--client-secret-file - (standard input)',
    'PARTNER_AUTH_CLIENT_SECRET',
  ],
  '--secret': ['--client-secret-file FILE', '--client-secret-file - (standard input)', 'PARTNER_AUTH_CLIENT_SECRET'],
  '--credential': ['--credential-file FILE', '--client-secret-file FILE', 'PARTNER_AUTH_CLIENT_SECRET'],
  '--password': ['--password-file FILE', '--password-file - (standard input)', 'PARTNER_AUTH_PASSWORD'],
  '--refresh-token': [
    '--refresh-token-file FILE',
    '--refresh-token-file - (standard input)',
    'PARTNER_AUTH_REFRESH_TOKEN',
  ],
  '--access-token': ['--access-token-file FILE', '--access-token-file - (standard input)', 'PARTNER_AUTH_ACCESS_TOKEN'],
  '--certificate-password': ['--certificate-password-file FILE', 'PARTNER_AUTH_CERTIFICATE_PASSWORD'],
  '--passphrase': ['--passphrase-file FILE', 'PARTNER_AUTH_PASSPHRASE'],
  '--key': ['--key-file FILE', 'PARTNER_AUTH_KEY_FILE'],
};

/** Whole seconds from 1 to 9999. */
export const isTimeout = (text: string): boolean => /^[1-9]\d{0,3}$/.test(text);
