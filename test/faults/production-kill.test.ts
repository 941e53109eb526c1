import assert from 'node:assert/strict';
import { randomInt } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { test } from 'node:test';
import { systemRandom } from '../../src/base/random.ts';
import { tokenParts } from '../support/answer.ts';
import { testDatabase } from '../support/postgres.ts';
import { storedTokenId } from '../support/production-ledger.ts';
import { exchangeAt, productionFolder } from '../support/served-production.ts';
import { assertWithin, secondsSince, times } from '../support/times.ts';

const database = await testDatabase();
const backends: Readonly<Record<string, () => Promise<string | undefined>>> = {
  SQLite: async () => undefined,
  ...(typeof database === 'string' ? {} : { PostgreSQL: database.schemaUrl }),
};

const rounds = times(2, 200);
const concurrent = 500;

for (const [name, urlOf] of Object.entries(backends)) {
  test(`rows 66, 67, 88: kill -9 of the served command during ${concurrent} requests, ${rounds} times, ${name}`, async (t) => {
    const folder = await productionFolder(await urlOf());
    t.after(() => folder.remove());
    const auditFile = join(dirname(folder.file), 'audit.log');
    const settings = { audit: { file: auditFile } };
    const answered = new Map<string, string>();
    let unknown = 0;
    let node = await folder.start(settings);
    // A kill that came after the last answer struck nothing, and does not count.
    for (let struck = 0, round = 0; struck < rounds && round < 3 * rounds; round++) {
      const ids = Array.from({ length: concurrent }, () => systemRandom.guid());
      const strike = randomInt(1, 100);
      let count = 0;
      const first = await Promise.all(
        ids.map(async (id) => {
          const answer = await exchangeAt(node, id);
          if (answer && ++count === strike) node.child.kill('SIGKILL');
          return [id, answer] as const;
        }),
      );
      node.child.kill('SIGKILL');
      await node.ended;
      const began = performance.now();
      node = await folder.start(settings);
      assertWithin(5, secondsSince(began), 'its start');
      if (first.some(([, answer]) => answer === undefined)) struck += 1;
      for (const [id, answer] of first) {
        if (answer === undefined) unknown += 1;
        else assert.equal(answer.status, 200);
        // Whoever does not know asks again with the same id; whoever knows gets the same.
        const again = await exchangeAt(node, id);
        assert.equal(again?.status, 200);
        if (answer) assert.equal(again?.accessToken, answer.accessToken);
        answered.set(id, tokenParts(again?.accessToken ?? '').claims.jti as string);
      }
    }
    node.child.kill('SIGTERM');
    assert.equal(await node.ended, 0);

    const stored: string[] = [];
    const store = await folder.openStore();
    for (const id of answered.keys()) stored.push(await storedTokenId(store, id));
    await store.close();
    const lines = readFileSync(auditFile, 'utf8')
      .split('\n')
      .filter((line) => line !== '');
    const recorded = new Set(lines.map((line) => JSON.parse(line).tokenId));
    assert.deepEqual(stored, [...answered.values()]);
    assert.deepEqual(
      stored.filter((jti) => !recorded.has(jti)),
      [],
    );
    t.diagnostic(
      `${answered.size} ids, ${unknown} unknown at the kill, ${stored.length} records, ${lines.length} lines of audit`,
    );
    assert.ok(unknown > 0);
  });
}
