import { environments } from '../protocol/environments.ts';
import { resourceNames } from '../protocol/resources.ts';
import type { Variables } from './io.ts';
import type { OptionTable } from './options.ts';

/** The parameters of `New-PartnerAccessToken` as options, with the cmdlet's aliases (contract 2.1). */
export const tokenOptions = {
  profile: { value: 'NAME', description: 'a profile of login that fills in what is missing; default the current one' },
  applicationId: { value: 'ID', aliases: ['--client-id'], description: 'the application (client) id' },
  tenant: {
    value: 'TENANT',
    aliases: ['--domain', '--tenant-id'],
    description: 'GUID or domain of the tenant; default organizations, for the password grant common',
  },
  environment: {
    value: 'NAME',
    aliases: ['--environment-name'],
    values: [...Object.keys(environments), 'Sandbox'],
    description: 'the cloud, or the sandbox; default AzureCloud',
  },
  scopes: {
    value: 'SCOPES',
    aliases: ['--scope'],
    repeatable: true,
    description: 'scopes, repeated or separated by commas',
  },
  resource: {
    value: 'RESOURCE',
    values: resourceNames,
    description: 'instead of scopes, an absolute URI or one of these',
  },
  clientSecretFile: { value: 'FILE', description: 'the application’s secret; - for standard input' },
  credentialFile: { value: 'FILE', description: 'two lines: application id, secret; - for standard input' },
  servicePrincipal: { description: 'sign in as the application' },
  certificateThumbprint: { value: 'THUMBPRINT', description: 'a certificate from the certificate folders' },
  certificateFile: { value: 'FILE', description: 'a certificate with its key, PEM or PFX' },
  certificatePasswordFile: { value: 'FILE', description: 'the PFX’s password; - for standard input' },
  accessTokenFile: { value: 'FILE', description: 'an access token to read and check; - for standard input' },
  refreshTokenFile: { value: 'FILE', description: 'a refresh token; - for standard input' },
  module: {
    value: 'NAME',
    aliases: ['--module-name'],
    values: ['ExchangeOnline'],
    description: 'a preset of application and scopes',
  },
  useAuthorizationCode: { aliases: ['--auth-code'], description: 'sign in with a browser' },
  useDeviceAuthentication: {
    aliases: ['--device-code', '--device-auth', '--device'],
    description: 'sign in on another device',
  },
  redirectPort: {
    value: 'PORT',
    description: 'of the sign-in in the browser; default the first free one from 8400 to 8999',
  },
  loginHint: { value: 'NAME', description: 'the user name that the sign-in page fills in' },
  username: { value: 'NAME', description: 'the user of the password grant (Referrals)' },
  passwordFile: { value: 'FILE', description: 'the user’s password; - for standard input' },
  forceRefresh: { description: 'ask the authority even when a stored token is still good' },
  keyFile: { value: 'FILE', description: 'key of the token store: 32 random bytes in base64, readable by you alone' },
  passphraseFile: { value: 'FILE', description: 'passphrase of the token store; - for standard input' },
  timeout: { value: 'SECONDS', description: 'for one request; default 30' },
} as const satisfies OptionTable;

export type TokenOption = keyof typeof tokenOptions;

/** Variables that fill in what no option gives: ours first, then Azure's. */
export const tokenVariables = {
  profile: ['PARTNER_AUTH_PROFILE'],
  applicationId: ['PARTNER_AUTH_APPLICATION_ID', 'PARTNER_AUTH_CLIENT_ID', 'AZURE_CLIENT_ID'],
  tenant: ['PARTNER_AUTH_TENANT', 'PARTNER_AUTH_TENANT_ID', 'AZURE_TENANT_ID'],
  environment: ['PARTNER_AUTH_ENVIRONMENT'],
  authority: ['PARTNER_AUTH_AUTHORITY_HOST', 'AZURE_AUTHORITY_HOST'],
  scopes: ['PARTNER_AUTH_SCOPES'],
  resource: ['PARTNER_AUTH_RESOURCE'],
  username: ['PARTNER_AUTH_USERNAME'],
  certificateFile: ['PARTNER_AUTH_CERTIFICATE_FILE', 'AZURE_CLIENT_CERTIFICATE_PATH'],
  certificatePassword: ['PARTNER_AUTH_CERTIFICATE_PASSWORD', 'AZURE_CLIENT_CERTIFICATE_PASSWORD'],
  sendCertificateChain: ['PARTNER_AUTH_SEND_CERTIFICATE_CHAIN', 'AZURE_CLIENT_SEND_CERTIFICATE_CHAIN'],
  federatedTokenFile: ['PARTNER_AUTH_FEDERATED_TOKEN_FILE', 'AZURE_FEDERATED_TOKEN_FILE'],
  clientSecret: ['PARTNER_AUTH_CLIENT_SECRET', 'AZURE_CLIENT_SECRET'],
  password: ['PARTNER_AUTH_PASSWORD'],
  refreshToken: ['PARTNER_AUTH_REFRESH_TOKEN'],
  accessToken: ['PARTNER_AUTH_ACCESS_TOKEN'],
  passphrase: ['PARTNER_AUTH_PASSPHRASE'],
  clientSecretFile: ['PARTNER_AUTH_CLIENT_SECRET_FILE'],
  passwordFile: ['PARTNER_AUTH_PASSWORD_FILE'],
  refreshTokenFile: ['PARTNER_AUTH_REFRESH_TOKEN_FILE'],
  keyFile: ['PARTNER_AUTH_KEY_FILE'],
  passphraseFile: ['PARTNER_AUTH_PASSPHRASE_FILE'],
} as const satisfies Readonly<Record<string, readonly string[]>>;

export type VariableName = keyof typeof tokenVariables;

/** The first of the variables that is set and not empty, and its name. */
export function variableOf(variables: Variables, key: VariableName): { name: string; value: string } | undefined {
  for (const name of tokenVariables[key]) {
    const value = variables[name];
    if (value) return { name, value };
  }
  return undefined;
}
