import assert from 'node:assert/strict';
import { test } from 'node:test';
import { admission } from '../../src/base/admission.ts';
import { settableClock } from '../../src/base/clock.ts';
import { type AuditRecord, throttleTally } from '../../src/token-service/index.ts';
import { partnerRegistry, testService, testStart } from '../support/token-service.ts';

/** A service in which an exchange ends when the test lets it. */
async function slowService(limits: { atOnce: number; waiting: number }) {
  const asked = Promise.withResolvers<void>();
  const service = await testService({
    registry: { standing: (...of) => asked.promise.then(() => partnerRegistry.standing(...of)) },
    admission: admission({ ...limits, patienceSeconds: 60 }),
  });
  return { ...service, goOn: () => asked.resolve() };
}

test('row 86, B4: what there is no room for is refused at once, told when to come again, and nothing else suffers', async () => {
  const service = await slowService({ atOnce: 2, waiting: 1 });
  const accepted = [service.exchange(), service.exchange(), service.exchange()];
  const { status, headers, fields } = await service.exchange();
  assert.deepEqual([status, headers['retry-after'], fields.code], [429, '1', '800002']);
  const figures = await service.metrics.metrics();
  assert.match(figures, /^partner_auth_exchanges_under_way 2$/m);
  assert.match(figures, /^partner_auth_exchanges_waiting 1$/m);
  service.goOn();
  assert.deepEqual(
    (await Promise.all(accepted)).map((answer) => answer.status),
    [200, 200, 200],
  );
  assert.equal((await service.exchange()).status, 200);
});

test('row 86: what is no exchange takes no room', async () => {
  const service = await slowService({ atOnce: 1, waiting: 0 });
  const accepted = service.exchange();
  assert.equal((await service.exchange({ method: 'GET' })).status, 405);
  assert.equal((await service.exchange({ path: '/v3/other' })).status, 404);
  assert.equal((await service.exchange()).status, 429);
  service.goOn();
  assert.equal((await accepted).status, 200);
});

test('row 86: what is refused by number alone is counted, and told once a second; who was proven is told each time', async () => {
  const lines: AuditRecord[] = [];
  const audit = { record: async (line: AuditRecord) => void lines.push(line) };
  const clock = settableClock(testStart);
  const said: object[] = [];
  const log = { info: (fields: object) => void said.push(fields), error() {} };
  const throttled = throttleTally({ clock, log, audit });
  const service = await testService({
    clock,
    audit,
    throttled,
    limit: { requests: 1, perSeconds: 60 },
    admission: full(),
  });
  for (let time = 0; time < 3; time++) assert.equal((await service.exchange()).status, 429);
  assert.deepEqual([lines, service.log], [[], []]);
  await throttled.tell();
  await throttled.tell();
  const told = { status: 429, code: '800002', count: 3 };
  assert.deepEqual(lines, [{ time: testStart.toISOString(), outcome: 'refused', reason: 'overLimit', ...told }]);
  assert.deepEqual(said, [told]);
  const proven = await testService({ clock, audit, throttled, limit: { requests: 1, perSeconds: 60 } });
  await proven.exchange();
  assert.equal((await proven.exchange()).status, 429);
  await throttled.tell();
  assert.deepEqual(
    lines.slice(1).map(({ outcome, reason }) => [outcome, reason]),
    [
      ['issued', undefined],
      ['refused', 'overLimit'],
    ],
  );
});

test('row 86: what is refused while a count is told is in the next one, and a count that is not recorded is said', async () => {
  const counts: (number | undefined)[] = [];
  const { promise: recorded, reject: fail } = Promise.withResolvers<void>();
  const audit = {
    record: (line: AuditRecord) => {
      counts.push('count' in line ? line.count : undefined);
      return recorded;
    },
  };
  const log = { info() {}, error() {} };
  const throttled = throttleTally({ clock: settableClock(testStart), log, audit });
  throttled.count();
  const telling = throttled.tell();
  throttled.count();
  throttled.count();
  fail(new Error('disk full'));
  await assert.rejects(telling, /disk full/);
  await assert.rejects(throttled.tell(), /disk full/);
  assert.deepEqual(counts, [1, 2]);
});

test('row 86: whoever has an IPv6 address has its network: one allowance for all of it', async () => {
  const service = await testService({ addressLimit: { requests: 2, perSeconds: 60 } });
  const from = async (address: string) => (await service.exchange({ address })).status;
  assert.deepEqual([await from('2001:db8::1'), await from('2001:db8::2'), await from('2001:db8::3')], [200, 200, 429]);
  assert.deepEqual([await from('2001:db8:0:1::1'), await from('192.0.2.1'), await from('192.0.2.2')], [200, 200, 200]);
});

/** No room for anything. */
const full = () => admission({ atOnce: 0, waiting: 0, patienceSeconds: 60 });

test('row 86: a refused bearer gives its room back', async () => {
  const service = await slowService({ atOnce: 1, waiting: 0 });
  service.goOn();
  for (let time = 0; time < 3; time++) assert.equal((await service.exchange({ bearer: 'no.token.atall' })).status, 401);
  assert.equal((await service.exchange()).status, 200);
});
