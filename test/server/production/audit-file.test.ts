import assert from 'node:assert/strict';
import { mkdirSync, mkdtempSync, readFileSync, renameSync, rmSync, statSync, symlinkSync } from 'node:fs';
import { open } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, test } from 'node:test';
import { openAuditFile } from '../../../src/server/production/audit-file.ts';
import { assertWithin, secondsSince } from '../../support/times.ts';
import { until } from '../../support/until.ts';

const root = mkdtempSync(join(tmpdir(), 'partner-auth-audit-'));
after(() => rmSync(root, { recursive: true }));

const record = (requestId: string) =>
  ({
    time: '2026-11-21T09:00:00.000Z',
    outcome: 'issued',
    status: 200,
    requestId,
    correlationId: 'c',
    address: '127.0.0.1',
  }) as const;

const idsIn = (file: string): readonly string[] =>
  readFileSync(file, 'utf8')
    .split('\n')
    .filter((line) => line !== '')
    .map((line) => JSON.parse(line).requestId);

test('row 88: a record is in the file when it resolves, whole and in its order; the file is for its owner alone', async () => {
  const file = join(root, 'order.log');
  const audit = await openAuditFile(file);
  await audit.record(record('first'));
  assert.deepEqual(idsIn(file), ['first']);
  const many = Array.from({ length: 500 }, (_, index) => `id-${index}`);
  await Promise.all(many.map((id) => audit.record(record(id))));
  assert.deepEqual(idsIn(file), ['first', ...many]);
  assert.equal(statSync(file).mode & 0o777, 0o600);
  await audit.close();
});

test('two that append to one file lose nothing of each other', async () => {
  const file = join(root, 'two.log');
  const [one, other] = await Promise.all([openAuditFile(file), openAuditFile(file)]);
  const all = Array.from({ length: 200 }, (_, index) => `id-${index}`);
  await Promise.all(all.map((id, index) => (index % 2 === 0 ? one : other).record(record(id))));
  assert.deepEqual([...idsIn(file)].sort(), all.sort());
  await Promise.all([one.close(), other.close()]);
});

test('a file that was moved away is begun anew', async () => {
  const file = join(root, 'moved.log');
  const audit = await openAuditFile(file);
  await audit.record(record('before'));
  renameSync(file, `${file}.1`);
  await audit.record(record('after'));
  assert.deepEqual([idsIn(`${file}.1`), idsIn(file)], [['before'], ['after']]);
  await audit.close();
});

test('what cannot be written rejects, and the next one is written once it can be', async () => {
  const folder = join(root, 'gone');
  mkdirSync(folder);
  const file = join(folder, 'audit.log');
  const audit = await openAuditFile(file);
  rmSync(folder, { recursive: true });
  await assert.rejects(audit.record(record('lost')), { code: 'configuration' });
  mkdirSync(folder);
  await audit.record(record('kept'));
  assert.deepEqual(idsIn(file), ['kept']);
  await audit.close();
});

test('a link, a folder and a place that is not there are refused by name', async () => {
  symlinkSync('/dev/null', join(root, 'link'));
  mkdirSync(join(root, 'folder'));
  for (const name of ['link', 'folder', 'nowhere/audit.log']) {
    await assert.rejects(openAuditFile(join(root, name)), { code: 'configuration', message: /^audit\.file: / });
  }
});

test('row 88: a record resolves once it is synced, not when it is only written', async (t) => {
  const handle = await open(join(root, 'probe'), 'w');
  const { promise: synced, resolve: sync } = Promise.withResolvers<void>();
  const datasync = t.mock.method(Object.getPrototypeOf(handle), 'datasync', () => synced);
  await handle.close();
  const file = join(root, 'synced.log');
  const audit = await openAuditFile(file);
  let isRecorded = false;
  const recording = audit.record(record('one')).then(() => {
    isRecorded = true;
  });
  await until('a sync', () => datasync.mock.callCount() === 1);
  assert.deepEqual([idsIn(file), isRecorded], [['one'], false]);
  sync();
  await recording;
  await audit.close();
});

test('a disk that says nothing is given up, is not ready, holds no stop up, and is written to once it answers', async (t) => {
  const handle = await open(join(root, 'probe'), 'w');
  const { promise: answered, resolve: answer } = Promise.withResolvers<void>();
  const datasync = t.mock.method(Object.getPrototypeOf(handle), 'datasync', () => answered);
  await handle.close();
  const file = join(root, 'silent.log');
  const [audit, stopped] = await Promise.all([openAuditFile(file), openAuditFile(join(root, 'stopped.log'))]);
  await audit.check();
  const began = performance.now();
  const underWay = [audit.record(record('first')), stopped.record(record('last'))];
  await until('two syncs', () => datasync.mock.callCount() === 2);
  const all = await Promise.allSettled([...underWay, audit.record(record('second')), stopped.close()]);
  assert.deepEqual(
    all.map(({ status }) => status),
    ['rejected', 'rejected', 'rejected', 'fulfilled'],
  );
  await assert.rejects(audit.check(), /does not answer/);
  assertWithin(10, secondsSince(began));
  datasync.mock.restore();
  answer();
  await audit.record(record('third'));
  await audit.check();
  // Whoever was given up while the one before was under way is not written: his answer has left.
  assert.deepEqual(idsIn(file), ['first', 'third']);
  await audit.close();
});
