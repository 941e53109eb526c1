import type { TokenOption } from './token-options.ts';

/**
 * The parameters of `New-PartnerAccessToken` and the options that equal them (contract 2.1; the names and aliases are its
 * document's). How a value is said here:
 * `text` and `list` as they are, `switch` by its presence, `secret` by a file in its place, `none` not at all.
 */
export type CmdletParameter = { readonly aliases?: readonly string[] } & (
  | { readonly kind: 'text' | 'list' | 'switch'; readonly option: TokenOption | 'verbose' | 'debug' }
  | { readonly kind: 'secret'; readonly secret: CmdletSecret }
  | { readonly kind: 'none' }
);

export interface CmdletSecret {
  readonly option: TokenOption;
  /** The file that is to hold it. */
  readonly file: string;
  /** What is to be written into the file. */
  readonly content: string;
}

const secrets = {
  accessToken: { option: 'accessTokenFile', file: 'access-token.txt', content: 'the access token' },
  refreshToken: { option: 'refreshTokenFile', file: 'refresh-token.txt', content: 'the refresh token' },
  credential: {
    option: 'clientSecretFile',
    file: 'client-secret.txt',
    content: 'the password of the credential (the application’s secret)',
  },
} as const satisfies Record<string, CmdletSecret>;

/** A credential whose user name is the application id, because nothing else says it. */
export const credentialWithId: CmdletSecret = {
  option: 'credentialFile',
  file: 'credential.txt',
  content: 'two lines: the user name of the credential (the application id) and its password (the secret)',
};

export const cmdletParameters: Readonly<Record<string, CmdletParameter>> = {
  AccessToken: { kind: 'secret', secret: secrets.accessToken },
  ApplicationId: { kind: 'text', option: 'applicationId', aliases: ['ClientId'] },
  CertificateThumbprint: { kind: 'text', option: 'certificateThumbprint' },
  Credential: { kind: 'secret', secret: secrets.credential },
  Environment: { kind: 'text', option: 'environment', aliases: ['EnvironmentName'] },
  Module: { kind: 'text', option: 'module', aliases: ['ModuleName'] },
  RefreshToken: { kind: 'secret', secret: secrets.refreshToken },
  Scopes: { kind: 'list', option: 'scopes' },
  ServicePrincipal: { kind: 'switch', option: 'servicePrincipal' },
  Tenant: { kind: 'text', option: 'tenant', aliases: ['Domain', 'TenantId'] },
  UseAuthorizationCode: { kind: 'switch', option: 'useAuthorizationCode', aliases: ['AuthCode'] },
  UseDeviceAuthentication: {
    kind: 'switch',
    option: 'useDeviceAuthentication',
    aliases: ['DeviceCode', 'DeviceAuth', 'Device'],
  },
};

/** What every cmdlet takes (PowerShell's about_CommonParameters). A prefix that fits one above means that one. */
export const commonParameters: Readonly<Record<string, CmdletParameter>> = {
  Debug: { kind: 'switch', option: 'debug', aliases: ['db'] },
  Verbose: { kind: 'switch', option: 'verbose', aliases: ['vb'] },
  ErrorAction: { kind: 'none', aliases: ['ea'] },
  ErrorVariable: { kind: 'none', aliases: ['ev'] },
  InformationAction: { kind: 'none', aliases: ['infa'] },
  InformationVariable: { kind: 'none', aliases: ['iv'] },
  OutBuffer: { kind: 'none', aliases: ['ob'] },
  OutVariable: { kind: 'none', aliases: ['ov'] },
  PipelineVariable: { kind: 'none', aliases: ['pv'] },
  ProgressAction: { kind: 'none', aliases: ['proga'] },
  WarningAction: { kind: 'none', aliases: ['wa'] },
  WarningVariable: { kind: 'none', aliases: ['wv'] },
};

/** The parameters a name may mean, as PowerShell decides: the exact name or alias, else every one it begins. */
export function parametersNamed(name: string): readonly string[] {
  for (const table of [cmdletParameters, commonParameters]) {
    const exact = named(table, (each) => each === name.toLowerCase());
    if (exact.length > 0) return exact;
  }
  const own = named(cmdletParameters, (each) => each.startsWith(name.toLowerCase()));
  return own.length > 0 ? own : named(commonParameters, (each) => each.startsWith(name.toLowerCase()));
}

const named = (table: Readonly<Record<string, CmdletParameter>>, fits: (name: string) => boolean): readonly string[] =>
  Object.entries(table)
    .filter(([name, { aliases = [] }]) => [name, ...aliases].some((each) => fits(each.toLowerCase())))
    .map(([name]) => name);

export const parameterOf = (name: string): CmdletParameter | undefined =>
  cmdletParameters[name] ?? commonParameters[name];
