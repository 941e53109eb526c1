import { AuthError } from '../../client/errors.ts';

/** The values of `--output`. The first group prints any result, the second needs a token in it. */
const generalFormats = ['json', 'jsonc', 'table', 'tsv', 'yaml', 'yamlc', 'none'] as const;
const tokenFormats = ['token', 'header', 'env', 'exec-credential'] as const;

export type GeneralFormat = (typeof generalFormats)[number];
export type TokenFormat = (typeof tokenFormats)[number];
export type OutputFormat = GeneralFormat | TokenFormat;

export const outputFormats: readonly OutputFormat[] = [...generalFormats, ...tokenFormats];

export const isTokenFormat = (format: OutputFormat): format is TokenFormat =>
  (tokenFormats as readonly string[]).includes(format);

/** The format asked for, in any letter case; default `json`, on a terminal `table`. */
export function outputFormat(given: string | undefined, isTerminal: boolean): OutputFormat {
  if (given === undefined) return isTerminal ? 'table' : 'json';
  const format = outputFormats.find((name) => name === given.toLowerCase());
  if (format) return format;
  throw new AuthError('invalid_parameters', `There is no output format '${given}'.`, {
    hint: `Give one of ${outputFormats.join(', ')}.`,
  });
}
