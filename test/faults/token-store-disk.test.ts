import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { chmodSync, cpSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, describe, test } from 'node:test';
import { type FileStoreOptions, fileStore } from '../../src/client/stores/file/index.ts';
import { cleanEnvironment } from '../support/child.ts';
import { type ProgramOptions, storeProgram } from '../support/store-program.ts';
import { straceMissing, traced } from '../support/strace.ts';

const root = mkdtempSync(join(tmpdir(), 'partner-auth-disk-'));
chmodSync(root, 0o755);
after(() => rmSync(root, { recursive: true, force: true }));

const path = join(root, 'key');
writeFileSync(path, Buffer.alloc(32, 7).toString('base64'), { mode: 0o644 });
const key = { kind: 'file', path } as const;
let serial = 0;

/** A store with generation 1 in it. */
async function storeWithOne(parent = root): Promise<ProgramOptions> {
  const options = { folder: join(parent, `store-${++serial}`), key };
  const store = fileStore(options);
  await store.put('key', { n: 1, filler: 'x'.repeat(3000) });
  store.close();
  return options;
}

const generationOf = async (options: FileStoreOptions): Promise<unknown> => {
  const warnings: string[] = [];
  const store = fileStore({ ...options, onWarning: (warning) => void warnings.push(warning) });
  const n = (await store.get('key'))?.value.n;
  assert.equal(await store.put('key', { n: 3 }), true);
  await store.delete('key');
  store.close();
  assert.deepEqual(
    warnings.filter((warning) => !warning.includes('chmod 600')),
    [],
  );
  return n;
};

/** Puts generation 2 and deletes another row; says in JSON what became of it. Whatever is thrown is of the one family. */
const putting = (options: ProgramOptions) =>
  storeProgram(
    options,
    `const fate = async (work) => {
      try { return String(await work()); } catch (error) { return error.name + ' ' + error.code + ' ' + error.message; }
    };
    const put = await fate(() => store.put('key', { n: 2, filler: 'y'.repeat(9000) }));
    const lock = await fate(async () => (await store.tryLock('key'))?.());
    console.log(JSON.stringify({ put, lock }));`,
    0,
  );

/** The same, where opening itself may fail. */
const opening = (options: ProgramOptions) =>
  putting(options).map((argument) =>
    argument.includes('const store =')
      ? argument.replace(
          /const store = ([^;]+);/,
          `let store; try { store = $1 } catch (error) {
            console.log(JSON.stringify({ put: error.name + ' ' + error.code + ' ' + error.message })); process.exit();
          }`,
        )
      : argument,
  );

const isSentence = (fate: string): boolean =>
  fate === 'true' || fate === 'undefined' || /^AuthError store_unavailable The token store \S+ [^\n]+\.$/.test(fate);

describe('row 6: the disk fails at call 1, 2, 3, … and stays so', { skip: straceMissing() }, () => {
  for (const [call, error] of [
    ['pwrite64', 'ENOSPC'],
    ['pwrite64', 'EIO'],
    ['fdatasync,fsync', 'EIO'],
    ['ftruncate', 'ENOSPC'],
    ['openat', 'EROFS'],
  ] as const) {
    test(`${call}: ${error}`, async (t) => {
      const original = await storeWithOne();
      for (let nth = 1; ; nth++) {
        const options = { ...original, folder: join(root, `copy-${++serial}`) };
        cpSync(original.folder, options.folder, { recursive: true, mode: 0 });
        chmodSync(options.folder, 0o700);
        const files = ['', '-wal', '-shm'].map((side) => join(options.folder, `tokens.db${side}`));
        const { stdout, stderr, exitCode, injected } = traced([process.execPath, ...opening(options)], {
          calls: [call],
          inject: `${call}:error=${error}:when=${nth}+`,
          paths: files,
        });
        assert.equal(exitCode, 0, `${nth}: ${stderr}`);
        const { put, lock = 'undefined' } = JSON.parse(stdout);
        assert.ok(isSentence(put) && isSentence(lock), `${nth}: ${stdout}`);
        assert.equal(lock, 'undefined', 'a lock needs no disk');
        const n = await generationOf(options);
        // A flush that failed may have reached the disk all the same.
        assert.ok(n === 2 || (n === 1 && put !== 'true'), `${nth}: ${put}, and then ${n}`);
        if (injected) continue;
        assert.ok(nth > 1, 'nothing was made to fail');
        t.diagnostic(`${nth - 1} calls`);
        return;
      }
    });
  }
});

const isRoot = process.getuid?.() === 0;

describe('row 6: a disk that is full, and has room again', {
  skip: !isRoot && 'SKIPPED: needs root to mount one',
}, () => {
  test('what is stored stays, a new token is refused with a sentence, and afterwards all goes on', async () => {
    const disk = join(root, 'disk');
    mkdirSync(disk, { mode: 0o700 });
    const { status } = spawnSync('mount', ['-t', 'tmpfs', '-o', 'size=600k,mode=700', 'tmpfs', disk]);
    assert.equal(status, 0);
    try {
      const options = await storeWithOne(disk);
      const store = fileStore(options);
      await store.put('key', { n: 2 });
      const ballast = join(disk, 'ballast');
      spawnSync('sh', ['-c', `cat /dev/zero > ${ballast}`], { stdio: 'ignore' });
      const full = {
        code: 'store_unavailable',
        message: `The token store ${join(options.folder, 'tokens.db')} cannot be written to: the disk is full.`,
      };
      await assert.rejects(store.put('key', { n: 3, filler: 'y'.repeat(90_000) }), full);
      assert.deepEqual((await store.get('key'))?.value, { n: 2 });
      await (await store.tryLock('key'))?.();
      rmSync(ballast);
      assert.equal(await store.put('key', { n: 3, filler: 'y'.repeat(90_000) }), true);
      store.close();
      assert.equal(await generationOf(options), 3);
    } finally {
      spawnSync('umount', ['--lazy', disk]);
    }
  });
});

/** Runs the program as nobody, whom permissions hold for. */
const asNobody = (argv: readonly string[]) =>
  spawnSync(process.execPath, argv, { uid: 65534, gid: 65534, encoding: 'utf8', env: cleanEnvironment({ HOME: '/' }) });

describe('row 6: not allowed to write', { skip: !isRoot && 'SKIPPED: needs root to become another user' }, () => {
  const cases: readonly (readonly [name: string, spoil: (folder: string) => void, says: string])[] = [
    ['a read-only folder', (folder) => chmodSync(folder, 0o500), 'is read-only'],
    ['a read-only file', (folder) => chmodSync(join(folder, 'tokens.db'), 0o400), 'is read-only'],
  ];
  for (const [name, spoil, says] of cases) {
    test(name, async () => {
      const options = await storeWithOne();
      const before = readFileSync(join(options.folder, 'tokens.db'));
      spawnSync('chown', ['-R', '65534:65534', options.folder]);
      spoil(options.folder);
      const { stdout, stderr, status } = asNobody(opening(options));
      assert.equal(status, 0, stderr);
      const { put } = JSON.parse(stdout);
      assert.ok(isSentence(put) && put.includes(says), put);
      assert.deepEqual(readFileSync(join(options.folder, 'tokens.db')), before);
    });
  }

  test('a parent in which no folder may be made', () => {
    const parent = join(root, 'closed');
    mkdirSync(parent, { mode: 0o755 });
    const folder = join(parent, 'partner-auth');
    const { stdout } = asNobody(opening({ folder, key }));
    assert.equal(
      JSON.parse(stdout).put,
      `AuthError store_unavailable The token store ${folder} cannot be used (EACCES).`,
    );
    assert.deepEqual(readdirSync(parent), []);
  });
});

test('row 6: a limit on the size of files (ulimit -f) is a sentence, and no signal', async () => {
  const options = await storeWithOne();
  const program = [process.execPath, ...opening(options)];
  const { stdout, stderr, status } = spawnSync('sh', ['-c', 'ulimit -f 20; exec "$@"', 'sh', ...program], {
    encoding: 'utf8',
    env: cleanEnvironment(),
  });
  assert.equal(status, 0, stderr);
  const { put } = JSON.parse(stdout);
  assert.ok(isSentence(put) && put !== 'true', put);
  assert.equal(await generationOf(options), 1);
});
