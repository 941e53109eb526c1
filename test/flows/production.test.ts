import assert from 'node:assert/strict';
import { after, describe, test } from 'node:test';
import { systemClock } from '../../src/base/clock.ts';
import { entriesIn, putApplication, putTenant } from '../../src/domain/index.ts';
import { type CloudName, signIn } from '../../src/protocol/environments.ts';
import { generateTokenPaths } from '../../src/protocol/generate-token.ts';
import { tokenParts } from '../support/answer.ts';
import {
  consumersTenant,
  type EntraToken,
  entraKey,
  entraToken,
  issuerOf,
  keysAddressOf,
  tokenShapes,
} from '../support/entra.ts';
import { applicationId, tenantId } from '../support/issuer.ts';
import { keyServer } from '../support/key-server.ts';
import { productionFolder } from '../support/served-production.ts';

/** Bearers as Entra signs them, through the presets of a served node; every cloud's keys come from its own address, over TLS. */

const clouds = Object.keys(signIn) as CloudName[];
const otherTenant = 'bbbbcccc-1111-dddd-2222-eeee3333ffff';
const keys = await keyServer(clouds.map((cloud) => signIn[cloud].hosts[0]));
const folder = await productionFolder();
const ofClouds = Object.fromEntries(
  await Promise.all(clouds.map(async (cloud) => [cloud, await entraKey(cloud)] as const)),
) as Readonly<Record<CloudName, Awaited<ReturnType<typeof entraKey>>>>;
const consumer = await entraKey('AzureCloud', consumersTenant);
const elsewhere = await entraKey('AzureCloud', otherTenant);
for (const cloud of clouds) {
  const also = cloud === 'AzureCloud' ? [consumer, elsewhere] : [];
  keys.publish(keysAddressOf(cloud), { keys: [ofClouds[cloud], ...also].map(({ jwk }) => jwk) });
}

const store = await folder.openStore();
const context = { entries: entriesIn(store.entries, systemClock), clock: systemClock };
await putTenant(context, { tenantId: consumersTenant, state: 'enabled' });
await putApplication(context, { tenantId: consumersTenant, applicationId, state: 'enabled' });
await store.close();

const node = await folder.start({ trustedIssuers: clouds.map((cloud) => ({ cloud })) }, { keyServer: keys });
after(async () => {
  folder.remove();
  await keys.close();
});

async function exchange(path: string, bearer: string) {
  const response = await fetch(`http://127.0.0.1:${node.port}${path}`, {
    method: 'POST',
    headers: { authorization: `Bearer ${bearer}`, accept: 'application/json' },
    body: new URLSearchParams({ grant_type: 'jwt_token' }),
  });
  const body = (await response.json()) as { access_token?: string; code?: string };
  return { status: response.status, ...body };
}

async function assertTaken(what: string, bearer: string): Promise<void> {
  for (const path of Object.values(generateTokenPaths)) {
    const { status, access_token } = await exchange(path, bearer);
    assert.equal(status, 200, `${what}, ${path}`);
    const { iss, tid } = tokenParts(access_token).claims;
    assert.deepEqual([iss, tid], ['https://tokens.example.com', tokenParts(bearer).claims.tid]);
  }
}

async function assertRefused(what: string, bearer: string, refusal: readonly [number, string] = [401, '400']) {
  for (const path of Object.values(generateTokenPaths)) {
    const { status, code, access_token } = await exchange(path, bearer);
    assert.deepEqual([status, code, access_token], [...refusal, undefined], `${what}, ${path}`);
  }
}

/** A good token of the global cloud, but for what is given. */
const token = (changes: Partial<EntraToken> = {}): string =>
  entraToken({ cloud: 'AzureCloud', version: '2.0', kind: 'application', key: ofClouds.AzureCloud, ...changes });

describe('Entra’s tokens through the presets, on both paths', () => {
  for (const cloud of clouds) {
    test(`${cloud}: v1 of ${signIn[cloud].v1Issuer} and v2 of ${signIn[cloud].v2Issuer}, app-only and app+user`, async () => {
      for (const shape of tokenShapes) {
        await assertTaken(JSON.stringify(shape), token({ cloud, ...shape, key: ofClouds[cloud] }));
      }
    });
  }

  test('row 45: a key of one cloud for the issuer of another', async (t) => {
    let count = 0;
    for (const shape of tokenShapes) {
      for (const cloud of clouds) {
        // Azure Government’s v1 issuer is the global one: there the key alone says which cloud signed.
        const others = clouds.filter(
          (other) => issuerOf(other, shape.version, tenantId) !== issuerOf(cloud, shape.version, tenantId),
        );
        for (const other of others) {
          await assertRefused(`${other} for ${cloud}`, token({ cloud, ...shape, key: ofClouds[other] }));
          count += 1;
        }
      }
    }
    t.diagnostic(`${count} tokens refused on both paths`);
  });

  test('row 45: a consumer key for an organization, a key of one tenant for another', async () => {
    for (const shape of tokenShapes) {
      await assertRefused('a consumer key', token({ ...shape, key: consumer }));
      await assertRefused('a key of another tenant', token({ ...shape, key: elsewhere }));
    }
    await assertTaken('a consumer’s own token', token({ key: consumer, claims: { tid: consumersTenant } }));
  });

  test('row 45: a tenant that is not the issuer’s', async () => {
    for (const { version, kind } of tokenShapes) {
      const iss = (tenant: string) => issuerOf('AzureCloud', version, tenant);
      const refused: Readonly<Record<string, unknown>> = {
        'of another tenant': iss(otherTenant),
        'of the consumers': iss(consumersTenant),
        'of every tenant': iss('{tenantid}'),
        'of an alias': iss('common'),
        'as a list': [iss(tenantId)],
        'with one slash more': `${iss(tenantId)}/`,
        'in another case': iss(tenantId).toUpperCase(),
        'of the other version': issuerOf('AzureCloud', version === '1.0' ? '2.0' : '1.0', tenantId),
        'at another name of the cloud': iss(tenantId).replace(/\/\/[^/]+/, '//login.windows.net'),
        'of nobody who is known': `https://login.example.com/${tenantId}/v2.0`,
      };
      for (const [what, value] of Object.entries(refused)) {
        await assertRefused(`iss ${what}, ${version}`, token({ version, kind, claims: { iss: value } }));
      }
      await assertRefused('another tid', token({ version, kind, claims: { iss: iss(tenantId), tid: otherTenant } }));
      await assertRefused(
        'a tid that is no id',
        token({ version, kind, claims: { iss: iss('contoso.com'), tid: 'contoso.com' } }),
      );
    }
  });

  test('row 45: a key nobody publishes, and another key under a known kid', async () => {
    const stranger = await entraKey('AzureCloud');
    for (const shape of tokenShapes) {
      await assertRefused('a key of nobody', token({ ...shape, key: stranger }));
      const disguised = { ...stranger, kid: ofClouds.AzureCloud.kid };
      await assertRefused('another key', token({ ...shape, key: disguised }));
    }
  });

  test('rows 46, 53: an audience that is not Partner Center’s, no second factor, and who is not registered', async () => {
    const cases: readonly (readonly [what: string, changes: Partial<EntraToken>, status: number, code: string])[] = [
      ['Graph', { claims: { aud: 'https://graph.microsoft.com' } }, 401, '900420'],
      ['Azure AD Graph', { version: '1.0', claims: { aud: 'https://graph.windows.net' } }, 401, '900420'],
      ['no amr, which v2 leaves out unless asked', { kind: 'user', claims: { amr: undefined } }, 401, '900421'],
      ['a password alone', { version: '1.0', kind: 'user', claims: { amr: ['pwd'] } }, 401, '900421'],
      ['a tenant without an account', { claims: { tid: otherTenant } }, 404, '60003'],
      ['an application that is not enabled', { claims: { azp: otherTenant } }, 403, '2032'],
    ];
    for (const [what, changes, status, code] of cases) await assertRefused(what, token(changes), [status, code]);
  });

  test('the keys of each cloud came from its one address', () => {
    assert.deepEqual([...new Set(keys.asked)].sort(), clouds.map(keysAddressOf).sort());
    assert.deepEqual([...new Set(keys.wanted)].sort(), clouds.map((cloud) => `${signIn[cloud].hosts[0]}:443`).sort());
  });
});
