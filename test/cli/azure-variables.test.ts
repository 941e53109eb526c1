import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { applicationId, tenantId } from '../client/wire.ts';
import { partnerAuth } from './command.ts';

/** Azure's variables, read as its users expect; those of certificates and federated tokens are in certificate-options.test.ts. */
const azure = { AZURE_TENANT_ID: tenantId, AZURE_CLIENT_ID: applicationId, AZURE_CLIENT_SECRET: 'of-azure' };
const scope = ['--scope', 'https://graph.microsoft.com/.default'];

interface Sent {
  readonly host?: string;
  readonly tenant?: string;
  readonly form?: Readonly<Record<string, string>>;
}

type Row = readonly [name: string, variables: Record<string, string>, sent: Sent, options?: readonly string[]];

const rows: readonly Row[] = [
  ['AZURE_TENANT_ID', azure, { tenant: tenantId }],
  ['AZURE_TENANT_ID, a domain', { ...azure, AZURE_TENANT_ID: 'Contoso.com' }, { tenant: 'contoso.com' }],
  ['AZURE_TENANT_ID, and --tenant', azure, { tenant: 'fabrikam.com' }, ['--tenant', 'fabrikam.com']],
  ['AZURE_TENANT_ID, and ours', { ...azure, PARTNER_AUTH_TENANT: 'ours.test' }, { tenant: 'ours.test' }],
  ['AZURE_CLIENT_ID', azure, { form: { client_id: applicationId, grant_type: 'client_credentials' } }],
  ['AZURE_CLIENT_SECRET', azure, { form: { client_secret: 'of-azure' } }],
  ...[
    ['a URL', 'https://login.microsoftonline.us', 'login.microsoftonline.us'],
    ['a URL with a slash', 'https://login.microsoftonline.us/', 'login.microsoftonline.us'],
    ['a bare host', 'login.partner.microsoftonline.cn', 'login.partner.microsoftonline.cn'],
    ['a host nobody knows', 'https://login.example:8443', 'login.example:8443'],
    ['plain http on this machine', 'http://localhost:8080', 'localhost:8080'],
    ['empty', '', 'login.microsoftonline.com'],
  ].map(
    ([name, AZURE_AUTHORITY_HOST = '', host = '']): Row => [
      `AZURE_AUTHORITY_HOST, ${name}`,
      { ...azure, AZURE_AUTHORITY_HOST },
      { host },
    ],
  ),
  ...['', 'prod', 'PROD', 'EnvironmentCredential', 'environmentcredential'].map(
    (AZURE_TOKEN_CREDENTIALS): Row => [
      `AZURE_TOKEN_CREDENTIALS, '${AZURE_TOKEN_CREDENTIALS}'`,
      { ...azure, AZURE_TOKEN_CREDENTIALS },
      { form: { client_secret: 'of-azure' } },
    ],
  ),
  [
    'AZURE_TOKEN_CREDENTIALS does not concern our own',
    { ...azure, AZURE_TOKEN_CREDENTIALS: 'dev', PARTNER_AUTH_CLIENT_SECRET: 'ours' },
    { form: { client_secret: 'ours' } },
  ],
];

describe('Azure’s variables', () => {
  for (const [name, variables, expected, options = []] of rows) {
    test(name, async () => {
      const { exitCode, stderr, sent } = await partnerAuth(['token', ...scope, ...options], { variables });
      assert.equal(exitCode, 0, stderr);
      const [{ url, form }] = sent as [(typeof sent)[number]];
      const { host, pathname } = new URL(url);
      if (expected.host !== undefined) assert.equal(host, expected.host);
      if (expected.tenant !== undefined) assert.equal(pathname, `/${expected.tenant}/oauth2/v2.0/token`);
      for (const [field, value] of Object.entries(expected.form ?? {})) assert.equal(form.get(field), value);
    });
  }

  for (const pinned of ['dev', 'AzureCliCredential', 'ManagedIdentityCredential', 'WorkloadIdentityCredential', 'x']) {
    test(`AZURE_TOKEN_CREDENTIALS=${pinned}: the secret stays where it is, and that is said`, async () => {
      const variables = { ...azure, AZURE_TOKEN_CREDENTIALS: pinned };
      const { exitCode, stderr, sent } = await partnerAuth(['token', ...scope], { variables });
      assert.deepEqual([exitCode, sent.length], [4, 0], stderr);
      assert.ok(
        stderr.startsWith(`warning: AZURE_TOKEN_CREDENTIALS=${pinned} leaves out AZURE_CLIENT_SECRET.\n`),
        stderr,
      );
    });
  }

  test('AZURE_TOKEN_CREDENTIALS=EnvironmentCredential leaves a federated token out', async () => {
    const { AZURE_CLIENT_SECRET: _, ...identity } = azure;
    const pinned = { AZURE_TOKEN_CREDENTIALS: 'EnvironmentCredential', AZURE_FEDERATED_TOKEN_FILE: '/nowhere' };
    const { exitCode, stderr } = await partnerAuth(['token', ...scope], { variables: { ...identity, ...pinned } });
    assert.equal(exitCode, 4, stderr);
    assert.ok(stderr.includes('leaves out AZURE_FEDERATED_TOKEN_FILE.'), stderr);
  });

  test('AZURE_AUTHORITY_HOST that is no address: exit 7', async () => {
    const variables = { ...azure, AZURE_AUTHORITY_HOST: 'https://a b' };
    const { exitCode, stderr, sent } = await partnerAuth(['token', ...scope], { variables });
    assert.deepEqual([exitCode, sent.length], [7, 0], stderr);
  });

  test('AZURE_AUTHORITY_HOST in plain http elsewhere: exit 7, and the secret is not sent', async () => {
    const variables = { ...azure, AZURE_AUTHORITY_HOST: 'http://login.example' };
    const { exitCode, stderr, sent } = await partnerAuth(['token', ...scope], { variables });
    assert.deepEqual([exitCode, sent.length], [7, 0], stderr);
  });
});
