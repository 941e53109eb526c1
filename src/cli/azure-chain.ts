import type { Variables } from './io.ts';

/**
 * `AZURE_TOKEN_CREDENTIALS` pins which credentials a program of Azure's may use; whoever sets it to another than the
 * environment's expects the secrets that lie there to stay where they are. Our own variables are not concerned.
 */

type AzureCredential = 'EnvironmentCredential' | 'WorkloadIdentityCredential';

/** Whose variables they are, at Azure. */
const credentialOf: Readonly<Record<string, AzureCredential>> = {
  AZURE_CLIENT_SECRET: 'EnvironmentCredential',
  AZURE_CLIENT_CERTIFICATE_PATH: 'EnvironmentCredential',
  AZURE_FEDERATED_TOKEN_FILE: 'WorkloadIdentityCredential',
};

/** Unset or `prod`: every one of them; a name: that one; anything else, such as `dev`: none. */
export function isPinnedAway(variables: Variables, variable: string): boolean {
  const pinned = variables.AZURE_TOKEN_CREDENTIALS?.trim().toLowerCase() ?? '';
  const credential = credentialOf[variable]?.toLowerCase();
  return credential !== undefined && pinned !== '' && pinned !== 'prod' && pinned !== credential;
}

/** A sentence about what is set and not used; undefined where nothing is. */
export function pinnedAwayNotice(variables: Variables): string | undefined {
  const names = Object.keys(credentialOf).filter((name) => variables[name] && isPinnedAway(variables, name));
  if (names.length === 0) return undefined;
  return `AZURE_TOKEN_CREDENTIALS=${variables.AZURE_TOKEN_CREDENTIALS} leaves out ${names.join(' and ')}.`;
}
