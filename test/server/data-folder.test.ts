import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import {
  chmodSync,
  linkSync,
  lstatSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, describe, test } from 'node:test';
import { PartnerAuthError } from '../../src/base/error.ts';
import { startSandbox } from '../../src/server/index.ts';

/** The folder a sandbox keeps its keys in: who may read it, and what was put there by somebody else. */
const parent = mkdtempSync(join(tmpdir(), 'partner-auth-data-'));
after(() => rmSync(parent, { recursive: true, force: true }));
let serial = 0;
const newPath = (): string => join(parent, `${++serial}`);

const modeOf = (path: string): string => (lstatSync(path).mode & 0o777).toString(8);
const started = (dataFolder: string) => startSandbox({ dataFolder, port: 0 });
const startAndStop = async (dataFolder: string) => (await started(dataFolder)).close();

/** Refused with a sentence of the family that names what is wrong. */
const refuses = (folder: string, ...words: readonly string[]) =>
  assert.rejects(started(folder), (error) => {
    assert.ok(error instanceof PartnerAuthError, String(error));
    for (const word of words) assert.ok(error.message.includes(word), error.message);
    return true;
  });

function withUmask<Result>(mask: number, work: () => Promise<Result>): Promise<Result> {
  const before = process.umask(mask);
  return work().finally(() => process.umask(before));
}

describe('row 1: for its owner alone', () => {
  test('whatever the umask: the folder 0700, every file 0600, and ca.pem for all', async () => {
    for (const mask of [0o000, 0o077]) {
      const folder = newPath();
      await withUmask(mask, async () => {
        const sandbox = await started(folder);
        const modes = Object.fromEntries(readdirSync(folder).map((name) => [name, modeOf(join(folder, name))]));
        await sandbox.close();
        const { 'ca.pem': authority, ...rest } = modes;
        assert.deepEqual([modeOf(folder), authority, [...new Set(Object.values(rest))]], ['700', '644', ['600']]);
        assert.deepEqual(
          ['ca.key', 'environment.json', 'sandbox.sqlite', 'sandbox.sqlite-wal', 'sealing.key'].filter(
            (name) => !(name in rest),
          ),
          [],
        );
      });
    }
  });

  const traces = spawnSync('strace', ['-f', '-o', '/dev/null', 'true']).status === 0;
  test('not for an instant otherwise (strace)', { skip: !traces && 'strace is not here' }, () => {
    const folder = newPath();
    const trace = newPath();
    const program = `import { startSandbox } from ${JSON.stringify(import.meta.resolve('../../src/server/index.ts'))};
      process.umask(0);
      await (await startSandbox({ dataFolder: ${JSON.stringify(folder)}, port: 0 })).close();`;
    const calls = 'trace=open,openat,creat,mkdir,mkdirat,chmod,fchmod,fchmodat';
    const run = spawnSync(
      'strace',
      ['-f', '-qq', '-e', calls, '-o', trace, process.execPath, '--input-type=module', '-e', program],
      { encoding: 'utf8' },
    );
    assert.equal(run.status, 0, run.stderr);
    const lines = readFileSync(trace, 'utf8').split('\n');
    const made = new Map<string, string>();
    for (const line of lines.filter((each) => each.includes(folder) && /O_CREAT|mkdir/.test(each))) {
      const path = /"([^"]+)"/.exec(line)?.[1] ?? '';
      // Whoever opens a file after the first, as SQLite does, makes nothing.
      if (!made.has(path)) made.set(path, line);
    }
    assert.ok(made.size > 8, `${made.size}`);
    assert.deepEqual(
      [...made.values()].filter((line) => !/, 0[67]00\)/.test(line)),
      [],
    );
    // The certificate of the authority alone is opened to others, once it is whole.
    assert.deepEqual(
      lines.filter((line) => /chmod/.test(line) && !/, 0[67]00\)/.test(line)).map((line) => /0\d+\)/.exec(line)?.[0]),
      ['0644)'],
    );
  });

  test('files and a folder that others could read are closed to them', async () => {
    const folder = newPath();
    await startAndStop(folder);
    chmodSync(folder, 0o755);
    const names = ['sandbox.sqlite', 'sealing.key', 'ca.key', 'client.pem'];
    for (const name of names) chmodSync(join(folder, name), 0o644);
    await startAndStop(folder);
    assert.deepEqual([folder, ...names.map((name) => join(folder, name))].map(modeOf), [
      '700',
      ...names.map(() => '600'),
    ]);
  });
});

describe('row 2: a folder that others can write to', () => {
  for (const mode of [0o777, 0o770, 0o722]) {
    test(`${mode.toString(8)} is refused by name, and nothing is written`, async () => {
      const folder = newPath();
      mkdirSync(folder);
      chmodSync(folder, mode);
      await refuses(folder, folder, `chmod 700 ${folder}`);
      assert.deepEqual(readdirSync(folder), []);
    });
  }
});

describe('row 3: what was planted', () => {
  const secrets = ['sealing.key', 'sandbox.sqlite', 'sandbox.sqlite-wal', 'ca.key', 'localhost.key', 'client.pem'];
  for (const name of secrets) {
    test(`a link at ${name} is not followed`, async () => {
      const [folder, victim] = [newPath(), newPath()];
      mkdirSync(folder, { mode: 0o700 });
      writeFileSync(victim, 'untouched');
      symlinkSync(victim, join(folder, name));
      await refuses(folder, name);
      assert.equal(readFileSync(victim, 'utf8'), 'untouched');
    });

    test(`a link to nowhere at ${name} makes nothing there`, async () => {
      const [folder, victim] = [newPath(), newPath()];
      mkdirSync(folder, { mode: 0o700 });
      symlinkSync(victim, join(folder, name));
      await refuses(folder, name);
      assert.equal(statSync(victim, { throwIfNoEntry: false }), undefined);
    });

    const noPipes = spawnSync('mkfifo', [join(parent, `probe ${name}`)]).status !== 0 && 'mkfifo is not here';
    test(`a pipe at ${name} is refused, and nobody waits for it`, { skip: noPipes, timeout: 60_000 }, async () => {
      const folder = newPath();
      mkdirSync(folder, { mode: 0o700 });
      spawnSync('mkfifo', [join(folder, name)]);
      await refuses(folder, name);
    });
  }

  test('a second name of the database elsewhere is refused', async () => {
    const [folder, victim] = [newPath(), newPath()];
    mkdirSync(folder, { mode: 0o700 });
    writeFileSync(victim, '');
    linkSync(victim, join(folder, 'sandbox.sqlite'));
    await refuses(folder, 'sandbox.sqlite');
    assert.equal(readFileSync(victim, 'utf8'), '');
  });

  test('a link at environment.json or ca.pem is replaced, its target left as it is', async () => {
    const [folder, victim] = [newPath(), newPath()];
    mkdirSync(folder, { mode: 0o700 });
    writeFileSync(victim, 'untouched');
    symlinkSync(victim, join(folder, 'environment.json'));
    const sandbox = await started(folder);
    assert.equal(lstatSync(join(folder, 'environment.json')).isSymbolicLink(), false);
    await sandbox.close();
    assert.equal(readFileSync(victim, 'utf8'), 'untouched');
  });
});

describe('a data folder that cannot be used', () => {
  test('a file in its place is named', async () => {
    const file = newPath();
    writeFileSync(file, '');
    await refuses(file, file, '--data-dir');
    await refuses(join(file, 'below'), file, '--data-dir');
  });

  test('a lost sealing key: the reason is said, and the port is given back', async () => {
    const folder = newPath();
    const sandbox = await started(folder);
    const port = Number(new URL(sandbox.url).port);
    await sandbox.close();
    rmSync(join(folder, 'sealing.key'));
    const again = () => startSandbox({ dataFolder: folder, port });
    await assert.rejects(again, (error) => error instanceof PartnerAuthError && error.message.includes('sealing key'));
    await assert.rejects(again, (error) => error instanceof PartnerAuthError && error.message.includes('sealing key'));
  });

  test('a sealing key of another length', async () => {
    const folder = newPath();
    await startAndStop(folder);
    writeFileSync(join(folder, 'sealing.key'), 'short');
    await refuses(folder, 'sealing.key');
  });

  test('a record that is no database', async () => {
    const folder = newPath();
    mkdirSync(folder, { mode: 0o700 });
    writeFileSync(join(folder, 'sandbox.sqlite'), 'x'.repeat(5000), { mode: 0o600 });
    await refuses(folder, 'sandbox.sqlite', 'not a database');
  });
});
