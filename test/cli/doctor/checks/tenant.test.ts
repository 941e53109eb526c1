import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { tenant } from '../../../../src/cli/doctor/checks/tenant.ts';
import { encodeDiscovery } from '../../../../src/protocol/discovery.ts';
import { fakeWire, json, oauthRefusal, tenantId } from '../../../client/wire.ts';
import { findingBy, type Given } from '../fixture.ts';

const origin = 'https://login.microsoftonline.com';
const hosts = [
  { name: origin, proxy: undefined, route: 'direct', way: { end: 'reached', certificate: undefined } },
] as const;

const document = (tenant: string, inIssuer: string, tenantRegionScope: string | null) =>
  new Response(
    encodeDiscovery({
      version: 'v2',
      origin,
      tenant,
      issuer: `${origin}/${inIssuer}/v2.0`,
      tenantRegionScope,
    }),
  );

const found = async (given: Given, answer: () => Response) => {
  const wire = fakeWire(answer);
  const { state, found, nextStep, exitCode } = await findingBy(tenant, { ...given, fetch: wire.fetch, hosts });
  return { told: [state, found, nextStep, exitCode], sent: wire.sent.map(({ url }) => url) };
};

describe('tenant', () => {
  test('a domain, and whose it is', async () => {
    const { told, sent } = await found({ values: { tenant: 'Contoso.com' } }, () => document(tenantId, tenantId, 'EU'));
    assert.deepEqual(told, ['ok', `The authority knows contoso.com: ${tenantId}, region EU.`, undefined, undefined]);
    assert.deepEqual(sent, [`${origin}/contoso.com/v2.0/.well-known/openid-configuration`]);
  });

  test('an id', async () => {
    const { told } = await found({ values: { tenant: tenantId } }, () => document(tenantId, tenantId, null));
    assert.deepEqual(told, ['ok', `The authority knows ${tenantId}.`, undefined, undefined]);
  });

  test('none: whoever signs in decides', async () => {
    const { told } = await found({}, () => document('organizations', '{tenantid}', null));
    const words = 'The authority answers for organizations: whoever signs in decides the tenant.';
    assert.deepEqual(told, ['ok', words, undefined, undefined]);
  });

  test('one that is not there', async () => {
    const { told } = await found({ values: { tenant: 'nowhere.test' } }, () => oauthRefusal('invalid_tenant', 90002));
    const [state, words, nextStep, exitCode] = told;
    assert.deepEqual([state, exitCode], ['failed', 5]);
    assert.ok(String(words).includes('AADSTS90002'), String(words));
    assert.ok(String(nextStep).includes('--tenant'), String(nextStep));
  });

  test('row 26: another issuer', async () => {
    const other = 'ffffffff-0000-cccc-1111-dddd2222eeee';
    const { told } = await found({ values: { tenant: tenantId } }, () => document(tenantId, other, null));
    assert.deepEqual(told, [
      'failed',
      `The authority’s metadata is not used: it names the issuer ${origin}/${other}/v2.0.`,
      'Check the environment, and what stands between here and the authority.',
      6,
    ]);
  });

  test('a name that no tenant can have', async () => {
    const { told, sent } = await found({ values: { tenant: '../x' } }, () => json({}));
    assert.deepEqual(told, [
      'failed',
      'The tenant ’../x’ is neither a GUID nor a domain name.'.replaceAll('’', "'"),
      undefined,
      2,
    ]);
    assert.deepEqual(sent, []);
  });

  test('asked once, answered never: the time for one request, repeats included', async () => {
    const wire = fakeWire(() => json({}, { status: 503 }));
    const sleep = (_: number, signal: AbortSignal | undefined) =>
      new Promise<void>((_resolve, reject) => signal?.addEventListener('abort', () => reject(signal.reason)));
    const given = { hosts, fetch: wire.fetch, call: { timeoutSeconds: 0.1, sleep } };
    const { state, found, nextStep, exitCode } = await findingBy(tenant, given);
    assert.deepEqual(
      [state, found, nextStep, exitCode],
      ['failed', 'There was no good answer within 0.1 seconds.', 'Try again later, or give more time by --timeout.', 6],
    );
  });

  const closed: readonly (readonly [name: string, given: Given, found: string])[] = [
    ['--offline', { mode: { offline: true } }, 'needs the network, and --offline leaves it alone'],
    [
      'row 28: certificates that are not verified',
      { variables: { NODE_TLS_REJECT_UNAUTHORIZED: '0' } },
      'needs certificates to be verified',
    ],
    [
      'an authority that is not reached',
      { hosts: [{ ...hosts[0], way: { end: 'stopped', at: 'host', code: 'ENOTFOUND' } }] },
      'needs a connection to the authority',
    ],
    [
      'row 28: an authority that is not believed',
      { hosts: [{ ...hosts[0], way: { end: 'distrusted', code: 'CERT_HAS_EXPIRED', certificate: undefined } }] },
      'needs a connection to the authority',
    ],
  ];
  for (const [name, given, expected] of closed) {
    test(`${name}: nothing is asked`, async () => {
      const wire = fakeWire(() => document(tenantId, tenantId, null));
      const { state, found } = await findingBy(tenant, { hosts, ...given, fetch: wire.fetch });
      assert.deepEqual([state, found, wire.sent], ['skipped', expected, []]);
    });
  }
});
