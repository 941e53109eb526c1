import assert from 'node:assert/strict';
import { chmodSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, describe, test } from 'node:test';
import { readConfig, startProduction } from '../../src/server/index.ts';
import { createLog } from '../../src/server/log.ts';
import { partnerAuth } from '../cli/command.ts';
import { applicationId, tenantId, testIssuer } from '../support/issuer.ts';
import { assertWithin } from '../support/times.ts';
import { until } from '../support/until.ts';

/** A node runs; what the command changes beside it is known there within five seconds. */

const folder = mkdtempSync(join(tmpdir(), 'partner-auth-registry-'));
const file = join(folder, 'service.yaml');
const text = JSON.stringify({
  issuer: 'https://tokens.example.com',
  listen: { port: 0 },
  storage: { sqliteFile: join(folder, 'records.sqlite') },
  keys: { sealingKey: Buffer.alloc(32, 9).toString('base64') },
  trustedIssuers: [{ cloud: 'AzureCloud' }],
});
writeFileSync(file, text);
const issuer = testIssuer({ now: () => new Date(), issuer: 'https://login.microsoftonline.com/{tenantid}/v2.0' });
const config = readConfig({ text, fileName: 'service.yaml', variables: {}, readFile: () => '' });
const node = await startProduction({
  config,
  readFile: () => '',
  fetch: async () => Response.json(issuer.jwks),
  log: createLog('silent'),
});
after(async () => {
  await node.close();
  rmSync(folder, { recursive: true });
});

const registry = (...words: string[]) => partnerAuth(['registry', ...words, '--config', file]);

/** The status of an exchange, and the code it is refused with. */
async function exchange(): Promise<string> {
  const response = await fetch(`http://127.0.0.1:${node.port}/v3/generatetoken`, {
    method: 'POST',
    headers: { authorization: `Bearer ${issuer.bearer()}`, accept: 'application/json' },
    body: new URLSearchParams({ grant_type: 'jwt_token' }),
  });
  const { code = '' } = (await response.json()) as { code?: string };
  return `${response.status} ${code}`.trim();
}

/** Seconds until exchanges are answered so. */
const secondsUntil = (wanted: string): Promise<number> => until(wanted, async () => (await exchange()) === wanted);

describe('the registry, changed by the command while a node serves', () => {
  test('each change is effective within five seconds', async (t) => {
    assert.equal(await exchange(), '404 60003');
    const steps: readonly (readonly [words: readonly string[], wanted: string])[] = [
      [['enable', tenantId, '--name', 'Contoso'], '403 2032'],
      [['enable', tenantId, applicationId], '200'],
      [['block', tenantId, applicationId], '403 2032'],
      [['enable', tenantId, applicationId], '200'],
      [['block', tenantId], '403 2032'],
      [['enable', tenantId], '200'],
      [['enable', tenantId, applicationId, '--limit', '1/3600'], '429 800002'],
      [['enable', tenantId, applicationId, '--limit', 'none'], '200'],
      [['remove', tenantId], '404 60003'],
    ];
    for (const [words, wanted] of steps) {
      const { exitCode, stderr } = await registry(...words);
      assert.deepEqual([exitCode, stderr], [0, ''], words.join(' '));
      const seconds = await secondsUntil(wanted);
      t.diagnostic(`${words[0]}: ${wanted} after ${seconds.toFixed(1)} s`);
      assertWithin(5, seconds, words.join(' '));
    }
  });

  test('lists what is registered, as rows, and removes one application alone', async () => {
    const other = 'bbbbcccc-1111-dddd-2222-eeee3333ffff';
    await registry('enable', tenantId, '--name', 'Contoso');
    await registry('enable', tenantId, applicationId, '--name', 'App', '--limit', '100/60');
    await registry('enable', other, '--name', 'Fabrikam');
    await registry('enable', other, applicationId, '--name', 'App');
    const listed = async () => JSON.parse((await registry('list', '--output', 'json')).stdout);
    const contoso = { tenant: tenantId, application: null, name: 'Contoso', state: 'enabled', limit: null };
    const fabrikam = [
      { tenant: other, application: null, name: 'Fabrikam', state: 'enabled', limit: null },
      { tenant: other, application: applicationId, name: 'App', state: 'enabled', limit: null },
    ];
    assert.deepEqual(await listed(), [
      contoso,
      { tenant: tenantId, application: applicationId, name: 'App', state: 'enabled', limit: '100/60' },
      ...fabrikam,
    ]);
    assert.equal((await registry('remove', tenantId, applicationId)).exitCode, 0);
    assert.deepEqual(await listed(), [contoso, ...fabrikam]);
  });
});

describe('wrong words', () => {
  const cases: readonly (readonly [words: readonly string[], exitCode: number, said: RegExp])[] = [
    [['explode'], 2, /registry cannot explode/],
    [['toString'], 2, /registry cannot toString/],
    [['enable'], 2, /Give the id of the tenant/],
    [['enable', 'contoso.com'], 2, /tenant: must be an id, a GUID/],
    [['enable', tenantId, 'x'], 2, /application: must be an id, a GUID/],
    [['enable', tenantId, '--limit', '5/5'], 2, /limit: is of an application/],
    [
      ['enable', tenantId, applicationId, '--limit', '0/5'],
      2,
      /limit: must be 1 to 1000000 requests in 1 to 3600 seconds/,
    ],
    [['enable', tenantId, applicationId, '--limit', '5/3601'], 2, /limit: must be 1 to 1000000 requests/],
    [['enable', tenantId, applicationId, '--limit', '5 in 5'], 2, /--limit takes requests and seconds/],
    [['remove', 'cccccccc-1111-cccc-1111-dddd2222eeee'], 3, /is not registered/],
  ];
  for (const [words, exitCode, said] of cases) {
    test(words.join(' '), async () => {
      const answer = await registry(...words);
      assert.equal(answer.exitCode, exitCode);
      assert.match(answer.stderr, said);
    });
  }

  test('row 1: a secret that others can read is said', async () => {
    const secret = join(folder, 'sealing.key');
    const { sealingKey } = JSON.parse(text).keys;
    writeFileSync(secret, sealingKey, { mode: 0o644 });
    const open = join(folder, 'open.yaml');
    writeFileSync(open, JSON.stringify({ ...JSON.parse(text), keys: { sealingKeyFile: secret } }));
    const asked = () => partnerAuth(['registry', 'list', '--config', open]);
    assert.match((await asked()).stderr, /sealing\.key can be read by others; chmod 600/);
    chmodSync(secret, 0o600);
    assert.equal((await asked()).stderr, '');
  });

  test('without a configuration', async () => {
    const { exitCode, stderr } = await partnerAuth(['registry', 'list']);
    assert.deepEqual([exitCode, /give --config FILE/.test(stderr)], [2, true]);
  });
});
