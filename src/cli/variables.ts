import { longName, type OptionTable } from './options.ts';
import { tokenOptions, tokenVariables } from './token-options.ts';

/** The environment variables the command reads, for help and the manual page. */
export interface Variable {
  /** Several do the same; the first that is set counts. */
  readonly names: readonly string[];
  readonly does: string;
}

const options: OptionTable = tokenOptions;

const doesOf = (key: string): string => {
  if (key === 'authority') return 'the authority’s address, in place of --environment';
  if (Object.hasOwn(options, key)) return `in place of ${longName(key)}`;
  return `what the file of ${longName(`${key}File`)} would hold`;
};

const ofOptions: readonly Variable[] = Object.entries<readonly string[]>(tokenVariables).map(([key, names]) => ({
  names,
  does: doesOf(key),
}));

const others: readonly Variable[] = [
  { names: ['PARTNER_AUTH_OUTPUT'], does: 'in place of --output' },
  { names: ['PARTNER_AUTH_KEYRING'], does: 'off: the system’s keyring is not asked for the token store’s key' },
  {
    names: ['PARTNER_AUTH_ENVIRONMENT_FILE'],
    does: 'environment.json of the sandbox to use; default the one in its data folder',
  },
  {
    names: ['PARTNER_AUTH_CERTIFICATE_PASSWORD', 'AZURE_CLIENT_CERTIFICATE_PASSWORD'],
    does: 'what the file of --certificate-password-file would hold',
  },
  { names: ['PARTNER_AUTH_CERTIFICATES'], does: 'a folder where --certificate-thumbprint looks first' },
  {
    names: ['AZURE_TOKEN_CREDENTIALS'],
    does: 'which of Azure’s variables may prove the application: prod (default), EnvironmentCredential or WorkloadIdentityCredential',
  },
  { names: ['XDG_STATE_HOME', 'LOCALAPPDATA'], does: 'where tokens are kept; default ~/.local/state' },
  { names: ['XDG_CONFIG_HOME', 'APPDATA'], does: 'where profiles and certificates are; default ~/.config' },
  { names: ['HTTPS_PROXY', 'HTTP_PROXY', 'NO_PROXY'], does: 'the proxy to go through, and hosts to go to without it' },
  { names: ['NODE_EXTRA_CA_CERTS'], does: 'a file of certificate authorities to trust besides the usual ones' },
  { names: ['NO_COLOR', 'FORCE_COLOR'], does: 'colours off, or on' },
  { names: ['KUBERNETES_EXEC_INFO'], does: 'set by kubectl: which version --output exec-credential writes' },
];

const told = new Set(ofOptions.flatMap(({ names }) => names));

export const variables: readonly Variable[] = [
  ...ofOptions,
  ...others.filter(({ names }) => !names.some((name) => told.has(name))),
];
