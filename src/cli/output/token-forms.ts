import { rfc3339 } from '../../client/auth-result.ts';
import type { Variables } from '../io.ts';
import type { TokenFormat } from './formats.ts';

/** What the formats made for programs need of a result. */
export interface PrintableToken {
  readonly accessToken: string;
  readonly tokenType: string;
  readonly expires_on: number;
}

const execCredentialVersions = ['client.authentication.k8s.io/v1', 'client.authentication.k8s.io/v1beta1'];

export const tokenForms: Readonly<Record<TokenFormat, (token: PrintableToken, variables: Variables) => string>> = {
  token: ({ accessToken }) => `${accessToken}\n`,
  header: ({ tokenType, accessToken }) => `Authorization: ${tokenType} ${accessToken}\n`,
  env: ({ accessToken, expires_on }) =>
    `export PARTNER_AUTH_ACCESS_TOKEN=${shellQuoted(accessToken)}\n` +
    `export PARTNER_AUTH_EXPIRES_ON=${shellQuoted(String(expires_on))}\n`,
  'exec-credential': ({ accessToken, expires_on }, variables) =>
    `${JSON.stringify({
      kind: 'ExecCredential',
      apiVersion: execCredentialVersion(variables.KUBERNETES_EXEC_INFO),
      status: { token: accessToken, expirationTimestamp: rfc3339(new Date(expires_on * 1000)) },
    })}\n`,
};

export const shellQuoted = (text: string): string => `'${text.replaceAll("'", "'\\''")}'`;

/** kubectl says in this variable which version it reads; v1 where it says nothing. */
function execCredentialVersion(info: string | undefined): string {
  const asked = execCredentialVersions.find((version) => info?.includes(`"${version}"`));
  return asked ?? 'client.authentication.k8s.io/v1';
}
