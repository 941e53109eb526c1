import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { describe, test } from 'node:test';
import { keepLedger, type Ledger } from '../support/production-ledger.ts';
import {
  exchangeAt,
  type ProductionFolder,
  productionFolder,
  type ServedProduction,
  statusAt,
} from '../support/served-production.ts';
import { type SmallDisk, smallDisk, smallDiskMissing } from '../support/small-disk.ts';
import { attachedTo, type SystemCall, straceMissing } from '../support/strace.ts';
import { assertWithin, secondsSince, times } from '../support/times.ts';
import { until } from '../support/until.ts';

/** A served node whose disk is full, or fails. */

const recoverySeconds = 10;

/** Of each token that was told: its record, and its line. Says how much of it there is. */
async function recounted(ledger: Ledger, folder: ProductionFolder, auditFile: string): Promise<string> {
  await ledger.settle();
  const store = await folder.openStore();
  const ids = await ledger.recount(store);
  await store.close();
  const lines = readFileSync(auditFile, 'utf8').split('\n').filter(isWhole);
  const recorded = new Set(lines.map((line) => JSON.parse(line).tokenId));
  assert.deepEqual(
    [...ids.values()].filter((jti) => !recorded.has(jti)),
    [],
    'told and not in the audit',
  );
  const database = new DatabaseSync(folder.sqliteFile, { readOnly: true });
  assert.deepEqual({ ...database.prepare('PRAGMA integrity_check').get() }, { integrity_check: 'ok' });
  database.close();
  const failed = ledger.asked.filter(({ answer }) => answer?.status === 500).length;
  return `${ids.size} ids, each with its record and its line, ${failed} answers of 500`;
}

/** A line that was cut by a full disk was never answered for. */
function isWhole(line: string): boolean {
  try {
    JSON.parse(line);
    return true;
  } catch {
    return false;
  }
}

/** A token, or to come again. */
const onlyTruthful = ({ asked }: Ledger) =>
  assert.deepEqual(
    [
      ...new Set(
        asked.map(({ answer }) => (answer?.status === 200 ? '200' : `${answer?.status} ${answer?.retryAfter}`)),
      ),
    ].sort(),
    ['200', '500 1'],
  );

const untilReady = (node: ServedProduction): Promise<number> =>
  until('ready', async () => (await statusAt(node, '/readyz')) === 200);

describe('the disk is full, and has room again', { skip: smallDiskMissing() }, () => {
  const rounds = times(1, 10);
  const cases: Readonly<Record<string, readonly ('records' | 'audit')[]>> = {
    'the disk of the records': ['records'],
    'the disk of the audit file': ['audit'],
    'the disk of both': ['records', 'audit'],
  };
  for (const [name, onDisk] of Object.entries(cases)) {
    test(`rows 87, 88, B12: ${name} is filled under load and freed, ${rounds} times`, async (t) => {
      const disk = smallDisk('24m');
      t.after(() => disk.remove());
      const folder = await productionFolder(undefined, onDisk.includes('records') ? disk.folder : undefined);
      t.after(() => folder.remove());
      const auditFile = join(onDisk.includes('audit') ? disk.folder : folder.folder, 'audit.log');
      const node = await folder.start({ audit: { file: auditFile } });
      const ledger = keepLedger(t, [node]);
      let slowest = 0;
      for (let round = 0; round < rounds; round++) {
        await ledger.answered(50);
        await full({ disk, node, ledger });
        disk.free();
        const began = performance.now();
        await untilReady(node);
        await ledger.answered(1);
        slowest = Math.max(slowest, secondsSince(began));
      }
      await ledger.answered(50);
      const figures = await recounted(ledger, folder, auditFile);
      t.diagnostic(`${figures}; well ${slowest.toFixed(2)} s after there was room`);
      onlyTruthful(ledger);
      assertWithin(recoverySeconds, slowest, 'to be well again');
      node.child.kill('SIGTERM');
      assert.equal(await node.ended, 0);
    });
  }

  /** While it is: nothing is issued, the keys are there, it lives and says that it is not ready. */
  async function full({ disk, node, ledger }: { disk: SmallDisk; node: ServedProduction; ledger: Ledger }) {
    disk.fill();
    await ledger.answered(20, 500);
    const paths = ['/livez', '/.well-known/jwks.json', '/readyz'];
    assert.deepEqual(await Promise.all(paths.map((path) => statusAt(node, path))), [200, 200, 503]);
    const before = ledger.asked.length;
    await ledger.answered(20, 500);
    assert.deepEqual([...new Set(ledger.asked.slice(before).map(({ answer }) => answer?.status))], [500]);
  }
});

describe('the disk does not take what it was given', { skip: straceMissing() }, () => {
  /** Of all calls on a file: what was written before a sync that failed is written anew before the next one. */
  function writtenAnew(calls: readonly SystemCall[]): number {
    let failed = 0;
    let owed: number | undefined;
    let first: number | undefined;
    for (const { name, given, result } of calls) {
      if (name === 'pwrite64') {
        const offset = Number(given.split(', ').at(-1));
        first = Math.min(first ?? offset, offset);
      } else {
        if (owed !== undefined)
          assert.ok(first !== undefined && first <= owed, `synced again from ${owed} without a word`);
        if (result === -1) failed += 1;
        owed = result === -1 ? Math.min(first ?? 0, owed ?? Number.POSITIVE_INFINITY) : undefined;
        first = undefined;
      }
    }
    return failed;
  }

  test('row 87, B13: syncs of the database fail at checkpoints: what they did not take stays in the log, and is written anew', async (t) => {
    const folder = await productionFolder();
    t.after(() => folder.remove());
    const node = await folder.start();
    const trace = await attachedTo(node.child.pid ?? 0, {
      calls: ['pwrite64', 'fdatasync', 'fsync'],
      inject: 'fdatasync,fsync:error=EIO:when=1..3',
      paths: [folder.sqliteFile],
    });
    const ledger = keepLedger(t, [node], { callers: 32 });
    await ledger.answered(times(6000, 12_000));
    const calls = await trace.detach();
    node.child.kill('SIGKILL');
    await node.ended;
    const failed = writtenAnew(calls);
    const syncs = calls.filter(({ name }) => name.endsWith('sync')).length;
    const again = await folder.start();
    const refused = ledger.asked.filter(({ answer }) => answer && answer.status !== 200).length;
    for (const { id, answer } of ledger.asked.filter((one) => one.answer).slice(-500))
      assert.equal((await exchangeAt(again, id))?.accessToken, answer?.accessToken);
    const store = await folder.openStore();
    const ids = await ledger.recount(store);
    await store.close();
    t.diagnostic(`${ids.size} ids, one jti each; ${failed} of ${syncs} syncs failed; ${refused} refused`);
    assert.ok(failed > 0 && syncs > failed, `${failed} of ${syncs}`);
    assert.equal(refused, 0);
  });

  const failures = times(3, 50);

  test('row 87, B13: the disk of the records hangs: an answer all the same, and well once it goes on', async (t) => {
    const folder = await productionFolder();
    t.after(() => folder.remove());
    const node = await folder.start();
    const ledger = keepLedger(t, [node]);
    await ledger.answered(50);
    const trace = await attachedTo(node.child.pid ?? 0, {
      calls: ['fdatasync', 'fsync'],
      inject: 'fdatasync,fsync:delay_enter=13s:when=2',
      paths: [`${folder.sqliteFile}-wal`],
    });
    await ledger.answered(4, 500);
    assert.deepEqual([await statusAt(node, '/livez'), await statusAt(node, '/readyz')], [200, 503]);
    const well = await ledger.wellAgain();
    await trace.detach();
    await ledger.settle();
    const store = await folder.openStore();
    const ids = await ledger.recount(store);
    await store.close();
    const slowest = Math.max(...ledger.asked.map(({ milliseconds }) => milliseconds)) / 1000;
    t.diagnostic(
      `${ids.size} ids, one jti each; the slowest answer ${slowest.toFixed(1)} s; well ${well.toFixed(1)} s after`,
    );
    onlyTruthful(ledger);
    assertWithin(11, slowest, 'an answer');
    node.child.kill('SIGTERM');
    assert.equal(await node.ended, 0);
  });

  for (const [name, side] of [
    ['of the records', '-wal'],
    ['of the audit file', undefined],
  ] as const) {
    test(`rows 87, 88, B13: ${failures} syncs ${name} fail under load`, async (t) => {
      const folder = await productionFolder();
      t.after(() => folder.remove());
      const auditFile = join(folder.folder, 'audit.log');
      const node = await folder.start({ audit: { file: auditFile } });
      const ledger = keepLedger(t, [node]);
      await ledger.answered(50);
      const trace = await attachedTo(node.child.pid ?? 0, {
        calls: ['pwrite64', 'write', 'fdatasync', 'fsync'],
        inject: `fdatasync,fsync:error=EIO:when=2..${2 + 2 * failures - 1}+2`,
        paths: [side === undefined ? auditFile : `${folder.sqliteFile}${side}`],
      });
      await ledger.answered(failures, 500);
      await ledger.answered(100);
      const calls = await trace.detach();
      const failed = calls.filter(({ name: call, result }) => call.endsWith('sync') && result === -1).length;
      const seconds = await untilReady(node);
      const figures = await recounted(ledger, folder, auditFile);
      t.diagnostic(`${figures}; ${failed} syncs failed; ready ${seconds.toFixed(2)} s after`);
      onlyTruthful(ledger);
      // The system counts for each thread: the audit file has several.
      assert.ok(failed >= failures, `${failed}`);
      if (side !== undefined) assert.equal(writtenAnew(calls), failures);
      node.child.kill('SIGTERM');
      assert.equal(await node.ended, 0);
    });
  }
});
