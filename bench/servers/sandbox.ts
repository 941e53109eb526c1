// The sandbox as `serve sandbox --ephemeral` runs it, with many customers beside its fixed data, and one user signed in.
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { type Sandbox, startSandbox } from '../../src/server/index.ts';
import { customerSeed } from '../../test/support/customer-seed.ts';
import { applicationId, clientSecret } from '../clients/answers.ts';

/** Where a fan-out finds what it needs. */
export interface ServedCustomers {
  readonly url: string;
  readonly environmentFile: string;
  /** Empty: plain HTTP is spoken. */
  readonly caFile: string;
  /** One tenant a line. */
  readonly tenantsFile: string;
  readonly secretFile: string;
  readonly refreshTokenFile: string;
}

const settings: { folder: string; tenants: number; http: boolean } = JSON.parse(process.argv[2] ?? '');

async function refreshTokenAt({ url, fetch }: Sandbox): Promise<string> {
  const answer = await fetch(`${url}/contoso.com/oauth2/v2.0/token`, {
    method: 'POST',
    body: new URLSearchParams({
      grant_type: 'password',
      client_id: applicationId,
      client_secret: clientSecret,
      username: 'john.doe@contoso.com',
      password: 'PCTestPassword@123',
      scope: 'openid offline_access https://graph.microsoft.com/User.Read',
    }),
  });
  return ((await answer.json()) as { refresh_token: string }).refresh_token;
}

function fileWith(name: string, text: string): string {
  const path = join(settings.folder, name);
  writeFileSync(path, text, { mode: 0o600 });
  return path;
}

const { seed, tenants } = customerSeed(settings.tenants);
const sandbox = await startSandbox({
  port: 0,
  dataFolder: settings.folder,
  ephemeral: true,
  http: settings.http,
  seed: { text: JSON.stringify(seed), fileName: 'the seed of the benchmark' },
});
const served: ServedCustomers = {
  url: sandbox.url,
  environmentFile: sandbox.environmentFile ?? '',
  caFile: sandbox.tls?.caFile ?? '',
  tenantsFile: fileWith('tenants.txt', tenants.join('\n')),
  secretFile: fileWith('secret', clientSecret),
  refreshTokenFile: fileWith('refresh-token', await refreshTokenAt(sandbox)),
};
process.on('message', () => {
  const { user, system } = process.cpuUsage();
  process.send?.((user + system) / 1e6);
});
process.on('disconnect', () => process.exit());
process.send?.(served);
