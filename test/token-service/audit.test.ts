import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import type { AuditRecord, ExchangeRecord } from '../../src/token-service/index.ts';
import { tokenParts } from '../support/answer.ts';
import { applicationId, tenantId, testIssuer } from '../support/issuer.ts';
import { testService, testStart } from '../support/token-service.ts';

async function audited(record: (line: AuditRecord) => Promise<void> = async () => {}) {
  const records: ExchangeRecord[] = [];
  const service = await testService({
    audit: {
      record: async (line) => {
        await record(line);
        if ('address' in line) records.push(line);
      },
    },
  });
  return { service, records };
}

describe('row 88: one record for each issuance and refusal', () => {
  test('an issuance joins the bearer’s id to the token’s, and a repeat says that it is one', async () => {
    const { service, records } = await audited();
    const issuer = service.issuer;
    const headers = { 'ms-requestid': 'aaaabbbb-9999-cccc-1111-dddd2222eeee', 'ms-correlationid': 'mine' };
    const bearer = issuer.bearer({ claims: { uti: 'the-bearer' } });
    const first = await service.exchange({ bearer, headers });
    await service.exchange({ bearer, headers });
    const { jti } = tokenParts(String(first.fields.access_token)).claims;
    assert.equal(records.length, 2);
    assert.deepEqual(records[0], {
      time: testStart.toISOString(),
      outcome: 'issued',
      status: 200,
      api: 'v3',
      requestId: 'aaaabbbb-9999-cccc-1111-dddd2222eeee',
      correlationId: 'mine',
      address: '127.0.0.1',
      issuer: `https://login.example.com/${tenantId}/v2.0`,
      tenantId,
      applicationId,
      subject: '22223333-cccc-4444-dddd-5555eeee6666',
      objectId: '22223333-cccc-4444-dddd-5555eeee6666',
      bearerId: 'the-bearer',
      tokenId: jti,
    });
    assert.deepEqual([records[1]?.outcome, records[1]?.tokenId], ['replayed', jti]);
  });

  test('refusals, with whoever was proven by then', async () => {
    const { service, records } = await audited();
    await service.exchange({ bearer: '' });
    await service.exchange({ bearer: testIssuer({ now: () => testStart }).bearer() });
    await service.exchange({ body: '{"grant_type":"other"}' });
    await service.exchange({ path: '/nowhere' });
    assert.deepEqual(
      records.map(({ outcome, status, code, reason, tenantId: tenant, tokenId }) => [
        outcome,
        status,
        code,
        reason,
        tenant,
        tokenId,
      ]),
      [
        ['refused', 401, '800001', 'bearerMissing', undefined, undefined],
        ['refused', 401, '400', 'bearerRefused', undefined, undefined],
        ['refused', 400, '3000', 'grantTypeInvalid', tenantId, undefined],
        ['refused', 404, '1000', 'unknownPath', undefined, undefined],
      ],
    );
  });

  test('nothing leaves without its record: neither a token nor a refusal', async () => {
    const { service } = await audited(async () => {
      throw new Error('disk full');
    });
    for (const request of [{}, { bearer: '' }]) {
      const { status, fields, headers } = await service.exchange(request);
      assert.deepEqual([status, fields.code, headers['retry-after']], [500, '800003', '1']);
      assert.equal(Object.hasOwn(fields, 'access_token'), false);
    }
  });

  test('the answer waits for the record', async () => {
    let release = () => {};
    const { service } = await audited(() => new Promise((resolve) => (release = resolve)));
    let isAnswered = false;
    const answer = service.exchange().then(() => {
      isAnswered = true;
    });
    await new Promise((resolve) => setTimeout(resolve, 50));
    assert.equal(isAnswered, false);
    release();
    await answer;
  });

  test('lines cannot be forged, and hold no token', async () => {
    const { service, records } = await audited();
    const bearer = service.issuer.bearer({
      claims: { uti: 'x\r\n{"outcome":"issued"}\u001b[31m', azp: applicationId },
    });
    await service.exchange({ bearer });
    const line = JSON.stringify(records[0]);
    assert.equal(/[\r\n\u001b]/.test(line), false);
    assert.equal(line.includes(bearer.slice(0, 40)), false);
    const long = service.issuer.bearer({ claims: { uti: 'x'.repeat(3000) } });
    await service.exchange({ bearer: long });
    assert.equal(records[1]?.bearerId?.length, 128);
  });
});
