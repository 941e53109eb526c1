import { join } from 'node:path';
import { repository } from '../support/built-command.ts';
import { runChild } from '../support/child.ts';
import type { ServedSandbox } from '../support/served-sandbox.ts';

/** The sandbox's fixed data, as the clients are configured with them. */
export const tenant = 'aaaabbbb-0000-cccc-1111-dddd2222eeee';
/** fabrikam, which has consented and granted the partner administration. */
export const customer = 'bbbbcccc-1111-dddd-2222-eeee3333ffff';
export const clientId = '00001111-aaaa-2222-bbbb-3333cccc4444';
export const clientSecret = 'TestClientAppSecret23456';
export const publicClientId = '11112222-bbbb-3333-cccc-4444dddd5555';
export const partnerCenter = 'https://api.partnercenter.microsoft.com';
export const partner = 'https://api.partner.microsoft.com';

/** An API that calls Partner Center on behalf of its users: not in the fixed data, `middleTierSeed` adds it. */
export const middleTier = { id: '20000000-0000-0000-0000-00000000000e', secret: 'MiddleTierSecret-34567' };

export const middleTierSeed = {
  applications: [
    {
      appId: middleTier.id,
      displayName: 'Orders API',
      appOwnerOrganizationId: tenant,
      identifierUris: [`api://${middleTier.id}`],
      passwordCredentials: [
        {
          displayName: 'test',
          secretText: middleTier.secret,
          startDateTime: '2026-01-01T00:00:00Z',
          endDateTime: '2100-01-01T00:00:00Z',
        },
      ],
      api: { oauth2PermissionScopes: [{ id: '20000000-0000-0000-0000-0000000000e1', value: 'access_as_user' }] },
    },
  ],
  oauth2PermissionGrants: [
    { tenantId: tenant, clientAppId: publicClientId, resourceAppId: middleTier.id, scope: 'access_as_user' },
    {
      tenantId: tenant,
      clientAppId: middleTier.id,
      resourceAppId: 'fa3d9a0c-3fb0-42cc-9193-47c7ecd2edbd',
      scope: 'user_impersonation',
    },
  ],
};

/**
 * Runs one of the programs beside this file in a process that trusts the sandbox's authority: Node reads that variable
 * at its start. What the program prints is its result.
 */
export async function runClient(
  program: string,
  { url, caFile }: Pick<ServedSandbox, 'url' | 'caFile'>,
  ...args: readonly string[]
): Promise<Record<string, unknown>> {
  const { exitCode, stdout, stderr } = await runChild(
    process.execPath,
    [join(import.meta.dirname, program), url, ...args],
    { cwd: repository, variables: { NODE_EXTRA_CA_CERTS: caFile } },
  );
  if (exitCode !== 0) throw new Error(`${program} ended with ${exitCode}: ${stderr}`);
  return JSON.parse(stdout);
}
