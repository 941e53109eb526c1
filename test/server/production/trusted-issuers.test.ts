import assert from 'node:assert/strict';
import { test } from 'node:test';
import { systemClock } from '../../../src/base/clock.ts';
import { issuersOf } from '../../../src/server/production/trusted-issuers.ts';
import { verifyBearer } from '../../../src/verify/index.ts';
import { entraKey, entraToken, tokenShapes } from '../../support/entra.ts';
import { tenantId } from '../../support/issuer.ts';

const otherTenant = '55556666-eeee-7777-ffff-888899990000';
const key = await entraKey('AzureCloud');

/** Whose token is taken where a cloud is trusted as the configuration says. */
async function taken(tenants: string[] | undefined, token: string): Promise<string> {
  const trustedIssuers = [{ cloud: 'AzureCloud' as const, ...(tenants ? { tenants } : {}) }];
  const fetchKeys: typeof fetch = async () => Response.json({ keys: [key.jwk] });
  const context = { clock: systemClock, fetch: fetchKeys, warn: assert.fail };
  const issuers = issuersOf(context, { trustedIssuers });
  try {
    return (await verifyBearer({ clock: systemClock, issuers }, token)).tenantId;
  } catch (cause) {
    return String((cause as Error).name);
  }
}

for (const shape of tokenShapes) {
  test(`row 45: v${shape.version}, ${shape.kind}: where a cloud’s tenants are named, these alone`, async () => {
    const of = (tid: string) => entraToken({ cloud: 'AzureCloud', key, ...shape, claims: { tid } });
    assert.equal(await taken([tenantId], of(tenantId)), tenantId);
    assert.equal(await taken([otherTenant, tenantId.toUpperCase()], of(tenantId)), tenantId);
    assert.equal(await taken([tenantId], of(otherTenant)), 'BearerError');
    assert.deepEqual(
      [await taken(undefined, of(tenantId)), await taken(undefined, of(otherTenant))],
      [tenantId, otherTenant],
    );
  });
}
