import assert from 'node:assert/strict';
import { mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { after, test } from 'node:test';
import { setTimeout as delay } from 'node:timers/promises';
import { pathToFileURL } from 'node:url';
import { type FileTokenStore, fileStore } from '../../src/client/stores/file/index.ts';
import { repository } from '../support/built-command.ts';
import { storeProcesses } from '../support/store-program.ts';
import { assertWithin, secondsSince, times } from '../support/times.ts';

const root = mkdtempSync(join(tmpdir(), 'partner-auth-kill-'));
after(() => rmSync(root, { recursive: true, force: true }));

const path = join(root, 'key');
writeFileSync(path, Buffer.alloc(32, 7).toString('base64'), { mode: 0o600 });
let serial = 0;
const newStore = () => ({ folder: join(root, String(++serial)), key: { kind: 'file', path } as const });

const builtLocks = pathToFileURL(join(repository, 'dist/client/stores/file/locks.js')).href;

/** At once. */
const groupSize = 25;
const kills = times(200, 1000);
const rounds = Math.ceil(kills / groupSize);

/** Each holds a lock of its own, and writes without a pause: one key of its own, one for all, some that come and go. */
const writing = `
  await store.tryLock('lock-' + index);
  const value = (n) => ({ n, filler: 'x'.repeat((n * 97) % 9000) });
  for (let n = 1; ; n++) {
    await store.put('own-' + index, value(n));
    await store.put('shared', value(n));
    await store.put('passing-' + (n % 20), value(n));
    if (n % 40 === 0) await store.delete('passing-' + (n % 20));
    if (n === 1) console.log('writing');
  }`;

async function everyEntryIsWhole(store: FileTokenStore): Promise<number> {
  const keys = await store.keys('');
  for (const key of keys) {
    const value = (await store.get(key))?.value as { n: number; filler: string } | undefined;
    assert.ok(value, `${key} does not open`);
    assert.deepEqual(value, { n: value.n, filler: 'x'.repeat((value.n * 97) % 9000) }, key);
  }
  return keys.length;
}

/** Seconds from the kill until each lock of the dead has been taken. */
async function locksTaken(store: FileTokenStore): Promise<number> {
  const killedAt = performance.now();
  for (let index = 0; index < groupSize; index++) {
    for (;;) {
      const unlock = await store.tryLock(`lock-${index}`);
      await unlock?.();
      if (unlock) break;
      if (secondsSince(killedAt) > 60) assert.fail(`lock-${index} stayed locked`);
      await delay(5);
    }
  }
  return secondsSince(killedAt);
}

function isSound(folder: string): void {
  const database = new DatabaseSync(join(folder, 'tokens.db'));
  assert.deepEqual({ ...database.prepare('PRAGMA integrity_check').get() }, { integrity_check: 'ok' });
  database.close();
}

test(`rows 4 and 12: ${rounds * groupSize} kills of writers that hold locks: each value is whole, each lock is free at once`, async (t) => {
  const options = newStore();
  let slowest = 0;
  for (let round = 0; round < rounds; round++) {
    const writers = storeProcesses(groupSize, options, writing);
    await writers.said(groupSize);
    await delay(Math.random() * 40);
    await writers.kill();
    assert.equal(writers.stderr(), '');
    const warnings: string[] = [];
    const store = fileStore({ ...options, onWarning: (warning) => void warnings.push(warning) });
    slowest = Math.max(slowest, await locksTaken(store));
    assert.ok((await everyEntryIsWhole(store)) > groupSize);
    store.close();
    assert.deepEqual(warnings, []);
  }
  isSound(options.folder);
  t.diagnostic(`the slowest took ${(1000 * slowest).toFixed(0)} ms for ${groupSize} locks`);
  assertWithin(1, slowest);
});

test('row 4: killed while the store is being set up, it is set up by the next', async () => {
  for (let round = 0; round < 6; round++) {
    const options = newStore();
    const writers = storeProcesses(5, options, writing);
    await delay(30 + Math.random() * 60);
    await writers.kill();
    const store = fileStore(options);
    await everyEntryIsWhole(store);
    assert.equal(await store.put('after', { n: 0, filler: '' }), true);
    store.close();
    isSound(options.folder);
    assert.deepEqual(readdirSync(options.folder).sort(), ['locks', 'tokens.db']);
  }
});

test('row 13: the process that sets the store up is stopped: the next does it after some seconds', async () => {
  const options = newStore();
  fileStore(options).close();
  rmSync(join(options.folder, 'tokens.db'));
  // Held as a process holds it that was stopped while it set the store up.
  const stopped = storeProcesses(
    1,
    newStore(),
    `
    const { tryFileLock } = await import(${JSON.stringify(builtLocks)});
    tryFileLock(${JSON.stringify(options.folder)}, 'begin', console.error);
    console.log('holds');
    setInterval(() => {}, 1000);`,
  );
  await stopped.said(1);
  stopped.signal('SIGSTOP');
  const store = fileStore(options);
  assert.equal(await store.put('key', { n: 1 }), true);
  store.close();
  await stopped.kill();
  isSound(options.folder);
});
