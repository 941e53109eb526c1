import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { PostgresConnection, SqlValue } from '../../../src/store/postgres/connection.ts';
import { postgresIssuances } from '../../../src/store/postgres/issuances.ts';
import { issuanceRow } from '../../../src/store/rows.ts';
import { issuance, now } from '../issuance.ts';

/** A connection whose answers are the test's: each statement by its name. */
const connection = (
  answer: (name: string, values: readonly SqlValue[]) => Promise<readonly unknown[]>,
): PostgresConnection => ({
  rows: async <Row>({ name }: { name: string }, values: readonly SqlValue[]) =>
    (await answer(name, values)) as readonly Row[],
  close: async () => {},
});

test('a record that goes between the claim and the look at it leaves the key to whoever claims', async () => {
  const { key } = issuance(1);
  const answers: readonly unknown[][] = [[], [], [{ key: Buffer.from(key) }]];
  const asked: string[] = [];
  const { claim } = postgresIssuances(connection(async (name) => answers[asked.push(name) - 1] ?? []));
  assert.equal((await claim(issuance(1), now)).first, true);
  assert.deepEqual(asked, ['claim_1', 'find_claims', 'claim_1']);
});

test('claims go in the order of their keys, so that no two nodes wait for each other, and each gets its own answer', async () => {
  const columns = issuanceRow(issuance(1)).length;
  const numberOf = (key: SqlValue | undefined) => (key as Uint8Array)[3];
  let inserted: readonly unknown[] = [];
  const { claim } = postgresIssuances(
    connection(async (_, values) => {
      const keys = values.filter((_, index) => index % columns === 0);
      inserted = keys.map(numberOf);
      return keys.map((key) => ({ key }));
    }),
  );
  const claims = await Promise.all([3, 1, 2].map((number) => claim(issuance(number), now)));
  assert.deepEqual(inserted, [1, 2, 3]);
  assert.deepEqual(
    claims,
    [3, 1, 2].map((number) => ({ first: true, issuance: issuance(number) })),
  );
});

test('a claim is given up in time, whatever its statements wait for', async (t) => {
  t.mock.timers.enable({ apis: ['setTimeout'] });
  const { claim } = postgresIssuances(connection(() => new Promise(() => {})));
  const late = assert.rejects(claim(issuance(1), now), { code: 'store_unavailable' });
  t.mock.timers.tick(4000);
  await late;
});
