import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import pg from 'pg';
import { percentile } from '../../support/figures.ts';
import { issuance, now } from '../issuance.ts';
import { openStore, postgresForTests } from './fixture.ts';

const { skip, here } = await postgresForTests();

const tables = ['issuances', 'entries'] as const;

/** Expired rows, numbered, the longest expired last, without going through the store. */
const fill = {
  issuances: `INSERT INTO partner_auth_issuances (key, api, key_id, claims, token_digest, expires_at)
    SELECT sha256(n::text::bytea), 'v3', 'kid', 'old', '', n FROM generate_series($1::integer, 1, -1) n`,
  entries: `INSERT INTO partner_auth_entries (kind, key, owner, value, version, expires_at)
    SELECT 'k', n::text::bytea, '', 'old', 1, n FROM generate_series($1::integer, 1, -1) n`,
} as const;

describe('a purge in PostgreSQL', { skip }, () => {
  test('row 72: beside 5000 claims, with two nodes purging 20 000 expired records: no claim fails, none that lives is gone', async (context) => {
    const url = await here().schemaUrl();
    const [store, other] = [await openStore(url), await openStore(url)];
    const pool = here().pool({ connectionString: url, max: 1 });
    for (const table of tables) await pool.query(fill[table], [20_000]);
    const purging = [store, other].map(async (node) => {
      let count = 0;
      for (const table of tables) {
        for (let purged = 1; purged > 0; count += purged) purged = await node[table].purge(now, 500);
      }
      return count;
    });
    const next = Array.from({ length: 5000 }, (_, key) => key).values();
    const taken: number[] = [];
    await Promise.all(
      Array.from({ length: 32 }, async () => {
        for (const key of next) {
          const begun = performance.now();
          assert.equal((await store.issuances.claim(issuance(key), now)).first, true);
          taken.push(performance.now() - begun);
        }
      }),
    );
    const counts = await Promise.all(purging);
    assert.equal(
      counts.reduce((sum, count) => sum + count),
      40_000,
    );
    const { rows } = await pool.query('SELECT count(*)::integer AS count FROM partner_auth_issuances');
    assert.equal(rows[0].count, 5000);
    context.diagnostic(
      `a claim at the 99th percentile: ${percentile(taken, 0.99).toFixed(0)} ms; purged by each: ${counts}`,
    );
  });

  test('it tells the time by its own clock', async () => {
    const store = await openStore(await here().schemaUrl());
    const [before, told, after] = [Date.now(), await store.now?.(), Date.now()];
    // On another machine its clock is another; here it is this one's.
    assert.ok(told && before - 60_000 < told.getTime() && told.getTime() < after + 60_000, `${told}`);
  });

  for (const table of tables) {
    test(`what another transaction holds is left to it, and nothing waits: ${table}`, async (context) => {
      const url = await here().schemaUrl();
      const store = await openStore(url);
      const holder = new pg.Client({ connectionString: url });
      context.after(() => holder.end());
      await holder.connect();
      await holder.query(fill[table], [30]);
      await holder.query('BEGIN');
      await holder.query(`SELECT 1 FROM partner_auth_${table} WHERE expires_at <= 10 FOR UPDATE`);
      assert.equal(await store[table].purge(now, 1000), 20);
      assert.equal(await store[table].purge(now, 1000), 0);
      await holder.query('COMMIT');
      assert.equal(await store[table].purge(now, 1000), 10);
    });

    test(`the longest expired go first, found by the index: ${table}`, async () => {
      const url = await here().schemaUrl();
      const store = await openStore(url);
      const pool = here().pool({ connectionString: url, max: 1 });
      await pool.query(fill[table], [5000]);
      await pool.query(`ANALYZE partner_auth_${table}`);
      assert.equal(await store[table].purge(new Date(4000), 100), 100);
      const { rows } = await pool.query(`SELECT min(expires_at)::integer AS first FROM partner_auth_${table}`);
      assert.equal(rows[0].first, 101);
      const plan = await pool.query(
        `EXPLAIN SELECT 1 FROM partner_auth_${table} WHERE expires_at <= 4000 ORDER BY expires_at LIMIT 100 FOR UPDATE SKIP LOCKED`,
      );
      assert.ok(
        plan.rows.some((row) => String(row['QUERY PLAN']).includes(`partner_auth_${table}_expires_at`)),
        JSON.stringify(plan.rows),
      );
    });
  }
});
