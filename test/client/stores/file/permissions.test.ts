import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import {
  chmodSync,
  existsSync,
  linkSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { beforeEach, describe, test } from 'node:test';
import { fileStore } from '../../../../src/client/stores/file/index.ts';
import { refused, storeFixture, token } from './fixture.ts';

const at = storeFixture();

describe('row 1: folder 0700 and every file 0600, whatever the umask', () => {
  for (const umask of [0o000, 0o022, 0o077]) {
    test(`umask ${umask.toString(8)}`, async () => {
      const before = process.umask(umask);
      try {
        await at().using(async (store) => {
          await store.put('a', token());
          assert.equal(statSync(at().folder).mode & 0o777, 0o700);
          const unlock = await store.tryLock('a');
          const files = at().files();
          assert.ok(files.length >= 4);
          for (const path of files) assert.equal(statSync(path).mode & 0o777, 0o600, path);
          assert.equal(statSync(join(at().folder, 'locks')).mode & 0o777, 0o700);
          await unlock?.();
        });
      } finally {
        process.umask(before);
      }
    });
  }

  test('looser ones are tightened before use, with a warning', async () => {
    await at().using((store) => store.put('a', token()));
    chmodSync(at().folder, 0o755);
    chmodSync(at().database, 0o644);
    await at().using((store) => store.get('a'));
    assert.equal(statSync(at().folder).mode & 0o777, 0o700);
    assert.equal(statSync(at().database).mode & 0o777, 0o600);
    assert.equal(at().warnings.length, 2);
  });

  test('the folder and files of the locks too', async () => {
    await at().using(async (store) => (await store.tryLock('a'))?.());
    const locks = join(at().folder, 'locks');
    const files = readdirSync(locks).map((name) => join(locks, name));
    chmodSync(locks, 0o755);
    for (const path of files) chmodSync(path, 0o644);
    await at().using(async (store) => (await store.tryLock('a'))?.());
    assert.equal(statSync(locks).mode & 0o777, 0o700);
    assert.ok(at().warnings.includes(`${locks} could be read by others; it is now yours alone.`));
    assert.ok(files.some((path) => (statSync(path).mode & 0o777) === 0o600));
  });
});

describe('row 2: a folder others can write to is not used', () => {
  test('the folder itself', () => {
    mkdirSync(at().folder, { recursive: true });
    chmodSync(at().folder, 0o777);
    assert.throws(() => fileStore(at().options), refused('store_refused', at().folder));
    assert.deepEqual(readdirSync(at().folder), []);
  });

  test('its parent, unless sticky', () => {
    mkdirSync(at().folder, { recursive: true, mode: 0o700 });
    chmodSync(join(at().root, 'state'), 0o777);
    assert.throws(() => fileStore(at().options), refused('store_refused', 'everyone'));
    chmodSync(join(at().root, 'state'), 0o1777);
    fileStore(at().options).close();
  });

  test('another user’s folder', { skip: process.getuid?.() !== 0 && 'needs root to make one' }, () => {
    mkdirSync(at().folder, { recursive: true, mode: 0o700 });
    spawnSync('chown', ['12345', at().folder]);
    assert.throws(() => fileStore(at().options), refused('store_refused', 'another user'));
  });
});

describe('row 3: nothing planted is followed or opened', () => {
  const victim = () => join(at().root, 'victim');
  beforeEach(() => {
    mkdirSync(at().folder, { recursive: true, mode: 0o700 });
    writeFileSync(victim(), 'untouched', { mode: 0o600 });
  });
  const planted: readonly [string, () => void][] = [
    ['a symbolic link at the database', () => symlinkSync(victim(), at().database)],
    ['a dangling symbolic link', () => symlinkSync(join(at().root, 'nothing'), at().database)],
    ['a hard link at the database', () => linkSync(victim(), at().database)],
    ['a symbolic link at the log', () => symlinkSync(victim(), `${at().database}-wal`)],
    ['a symbolic link at the shared memory', () => symlinkSync(victim(), `${at().database}-shm`)],
    ['a pipe', () => spawnSync('mkfifo', [at().database])],
    ['a folder', () => mkdirSync(at().database)],
  ];
  for (const [name, plant] of planted) {
    test(name, () => {
      plant();
      assert.throws(() => fileStore(at().options), refused('store_refused', at().database));
      assert.equal(readFileSync(victim(), 'utf8'), 'untouched');
      assert.equal(existsSync(join(at().root, 'nothing')), false);
    });
  }

  test('a symbolic link at the folder of the locks, and at a lock', async () => {
    mkdirSync(join(at().root, 'elsewhere'), { mode: 0o700 });
    const locks = join(at().folder, 'locks');
    await at().using((store) => store.put('a', token()));
    rmSync(locks, { recursive: true });
    await at().using(async (store) => {
      symlinkSync(join(at().root, 'elsewhere'), locks);
      await assert.rejects(store.tryLock('a'), refused('store_refused', 'symbolic link'));
      rmSync(locks);
      await (await store.tryLock('a'))?.();
      for (const name of readdirSync(locks)) {
        rmSync(join(locks, name));
        symlinkSync(victim(), join(locks, name));
      }
      await assert.rejects(store.tryLock('a'), refused('store_refused', 'symbolic link'));
    });
    assert.deepEqual(readdirSync(join(at().root, 'elsewhere')), []);
    assert.equal(readFileSync(victim(), 'utf8'), 'untouched');
  });

  test('a symbolic link at the folder', () => {
    rmSync(at().folder, { recursive: true });
    mkdirSync(join(at().root, 'elsewhere'), { mode: 0o700 });
    symlinkSync(join(at().root, 'elsewhere'), at().folder);
    assert.throws(() => fileStore(at().options), refused('store_refused', 'symbolic link'));
    assert.deepEqual(readdirSync(join(at().root, 'elsewhere')), []);
  });
});
