import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import {
  chmodSync,
  existsSync,
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
import { DatabaseSync } from 'node:sqlite';
import { afterEach, beforeEach, describe, test } from 'node:test';
import type { JsonObject } from '../../../src/base/json.ts';
import { Secret } from '../../../src/base/secret.ts';
import { AuthError, type AuthErrorCode } from '../../../src/client/errors.ts';
import {
  type FileStoreOptions,
  type FileTokenStore,
  fileStore,
  readStoredValue,
} from '../../../src/client/stores/file/index.ts';

const canary = 'CANARY-access-token-0123456789';
const token = (accessToken = canary): JsonObject => ({ obtainedAt: 1, result: { accessToken, expires_on: 2 } });

let root: string;
let folder: string;
let warnings: string[];
let options: FileStoreOptions;
const database = () => join(folder, 'tokens.db');

beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), 'partner-auth-store-'));
  folder = join(root, 'state', 'partner-auth');
  warnings = [];
  const path = join(root, 'key');
  writeFileSync(path, `${Buffer.alloc(32, 7).toString('base64')}\n`, { mode: 0o600 });
  options = { folder, key: { kind: 'file', path }, onWarning: (warning) => void warnings.push(warning) };
});
afterEach(() => rmSync(root, { recursive: true }));

async function using<Value>(work: (store: FileTokenStore) => Promise<Value>, more: Partial<FileStoreOptions> = {}) {
  const store = fileStore({ ...options, ...more });
  try {
    return await work(store);
  } finally {
    store.close();
  }
}

const refused = (code: AuthErrorCode, pattern: string) => (error: unknown) => {
  assert.ok(error instanceof AuthError, String(error));
  assert.equal(error.code, code);
  assert.ok(error.message.includes(pattern), error.message);
  return true;
};

const filesWithin = () =>
  readdirSync(folder, { recursive: true, encoding: 'utf8' }).filter((name) => statSync(join(folder, name)).isFile());
const modes = () => filesWithin().map((name) => [name, statSync(join(folder, name)).mode & 0o777] as const);

test('what is set is got, replaced, listed, deleted; by a second opening too', async () => {
  await using(async (store) => {
    assert.equal(await store.get('a'), undefined);
    await store.put('a', token());
    await store.put('b', token('b'));
    await store.put('a', token('a2'));
  });
  await using(async (store) => {
    assert.deepEqual((await store.get('a'))?.value, token('a2'));
    assert.deepEqual(await store.keys(''), ['a', 'b']);
    await store.delete('a');
    assert.equal(await store.get('a'), undefined);
  });
  assert.deepEqual(readStoredValue(options, 'b'), token('b'));
  assert.equal(readStoredValue(options, 'a'), undefined);
});

test('a passphrase opens what it closed, and no other does', async () => {
  const key = (text: string) => ({ key: { kind: 'passphrase', passphrase: new Secret(text) } }) as const;
  await using(async (store) => store.put('a', token()), key('correct horse'));
  assert.deepEqual((await using((store) => store.get('a'), key('correct horse')))?.value, token());
  assert.deepEqual(readStoredValue({ ...options, ...key('correct horse') }, 'a'), token());
  assert.equal(readStoredValue({ ...options, ...key('wrong') }, 'a'), undefined);
  assert.throws(() => fileStore({ ...options, ...key('wrong') }), refused('store_key', 'does not open'));
});

describe('row 1: folder 0700 and every file 0600, whatever the umask', () => {
  for (const umask of [0o000, 0o022, 0o077]) {
    test(`umask ${umask.toString(8)}`, async () => {
      const before = process.umask(umask);
      try {
        await using(async (store) => {
          await store.put('a', token());
          assert.equal(statSync(folder).mode & 0o777, 0o700);
          assert.ok(modes().length >= 4);
          for (const [name, mode] of modes()) assert.equal(mode, 0o600, name);
        });
      } finally {
        process.umask(before);
      }
    });
  }

  test('looser ones are tightened before use, with a warning', async () => {
    await using((store) => store.put('a', token()));
    chmodSync(folder, 0o755);
    chmodSync(database(), 0o644);
    await using((store) => store.get('a'));
    assert.equal(statSync(folder).mode & 0o777, 0o700);
    assert.equal(statSync(database()).mode & 0o777, 0o600);
    assert.equal(warnings.length, 2);
  });
});

describe('row 2: a folder others can write to is not used', () => {
  test('the folder itself', () => {
    mkdirSync(folder, { recursive: true });
    chmodSync(folder, 0o777);
    assert.throws(() => fileStore(options), refused('store_refused', folder));
    assert.throws(() => fileStore(options), AuthError);
    assert.deepEqual(readdirSync(folder), []);
  });

  test('its parent, unless sticky', () => {
    mkdirSync(folder, { recursive: true, mode: 0o700 });
    chmodSync(join(root, 'state'), 0o777);
    assert.throws(() => fileStore(options), refused('store_refused', 'everyone'));
    chmodSync(join(root, 'state'), 0o1777);
    fileStore(options).close();
  });

  test('another user’s folder', { skip: process.getuid?.() !== 0 && 'needs root to make one' }, () => {
    mkdirSync(folder, { recursive: true, mode: 0o700 });
    spawnSync('chown', ['12345', folder]);
    assert.throws(() => fileStore(options), refused('store_refused', 'another user'));
  });
});

describe('row 3: nothing planted is followed or opened', () => {
  const victim = () => join(root, 'victim');
  beforeEach(() => {
    mkdirSync(folder, { recursive: true, mode: 0o700 });
    writeFileSync(victim(), 'untouched', { mode: 0o600 });
  });
  const planted: readonly [string, () => void][] = [
    ['a symbolic link at the database', () => symlinkSync(victim(), database())],
    ['a dangling symbolic link', () => symlinkSync(join(root, 'nothing'), database())],
    ['a hard link at the database', () => linkSync(victim(), database())],
    ['a symbolic link at the log', () => symlinkSync(victim(), `${database()}-wal`)],
    ['a symbolic link at the shared memory', () => symlinkSync(victim(), `${database()}-shm`)],
    ['a pipe', () => spawnSync('mkfifo', [database()])],
    ['a folder', () => mkdirSync(database())],
  ];
  for (const [name, plant] of planted) {
    test(name, () => {
      plant();
      assert.throws(() => fileStore(options), refused('store_refused', database()));
      assert.equal(readFileSync(victim(), 'utf8'), 'untouched');
      assert.equal(existsSync(join(root, 'nothing')), false);
    });
  }

  test('a symbolic link at the folder', () => {
    rmSync(folder, { recursive: true });
    mkdirSync(join(root, 'elsewhere'), { mode: 0o700 });
    symlinkSync(join(root, 'elsewhere'), folder);
    assert.throws(() => fileStore(options), refused('store_refused', 'symbolic link'));
    assert.deepEqual(readdirSync(join(root, 'elsewhere')), []);
  });
});

describe('row 7: damage is detected, set aside and said in one sentence', () => {
  beforeEach(() => using((store) => store.put('a', token())));
  const value = () => {
    const opened = new DatabaseSync(database());
    const bytes = opened.prepare('SELECT value FROM entries').get()?.value as Uint8Array;
    opened.close();
    return bytes;
  };
  const write = (bytes: Uint8Array) => {
    const opened = new DatabaseSync(database());
    opened.prepare('UPDATE entries SET value = ?').run(bytes);
    opened.close();
  };

  test('each byte of a sealed value flipped in turn', async () => {
    const original = value();
    for (let index = 0; index < original.length; index++) {
      const flipped = Uint8Array.from(original);
      flipped[index] = (flipped[index] ?? 0) ^ 1;
      write(flipped);
      assert.equal(readStoredValue(options, 'a'), undefined, `byte ${index}`);
    }
  });

  test('cut at each length', () => {
    const original = value();
    for (let length = 0; length < original.length; length++) {
      write(original.subarray(0, length));
      assert.equal(readStoredValue(options, 'a'), undefined, `length ${length}`);
    }
  });

  test('a damaged row is set aside and a new one takes its place', async () => {
    write(value().subarray(1));
    await using(async (store) => {
      assert.equal(await store.get('a'), undefined);
      await store.put('a', token('new'));
      assert.deepEqual((await store.get('a'))?.value, token('new'));
    });
    assert.equal(warnings.length, 1);
    const opened = new DatabaseSync(database());
    assert.equal(opened.prepare('SELECT count(*) AS n FROM set_aside').get()?.n, 1);
    opened.close();
  });

  test('a file that is no database keeps its bytes under another name', async () => {
    const garbage = Buffer.alloc(8192, 'x');
    writeFileSync(database(), garbage);
    rmSync(`${database()}-wal`, { force: true });
    rmSync(`${database()}-shm`, { force: true });
    await using(async (store) => assert.equal(await store.get('a'), undefined));
    const aside = readdirSync(folder).find((name) => name.startsWith('tokens.db.damaged-'));
    assert.ok(aside);
    assert.deepEqual(readFileSync(join(folder, aside)), garbage);
    assert.equal(warnings.length, 1);
  });

  test('an emptied file and another version are said', async () => {
    writeFileSync(database(), '');
    await using(async (store) => assert.equal(await store.get('a'), undefined));
    assert.equal(warnings.length, 1);
    const opened = new DatabaseSync(database());
    opened.exec('PRAGMA user_version = 9');
    opened.close();
    assert.throws(() => fileStore(options), refused('store_damaged', 'version 9'));
  });
});

test('row 8: a value moved to another row opens for neither', async () => {
  await using(async (store) => {
    await store.put('a', token('a'));
    await store.put('b', token('b'));
  });
  const opened = new DatabaseSync(database());
  opened.exec(`CREATE TEMP TABLE t AS SELECT * FROM entries;
    UPDATE entries SET value = (SELECT value FROM t WHERE t.key <> entries.key)`);
  opened.close();
  assert.equal(readStoredValue(options, 'a'), undefined);
  await using(async (store) => {
    assert.equal(await store.get('a'), undefined);
    assert.equal(await store.get('b'), undefined);
  });
});

test('row 17: no file of the store holds a token or the key', async () => {
  await using(async (store) => {
    await store.put('a', token());
    for (const name of filesWithin()) {
      const bytes = readFileSync(join(folder, name));
      for (const form of [canary, Buffer.from(canary).toString('base64').slice(0, 20)]) {
        assert.equal(bytes.includes(form), false, name);
      }
      assert.equal(bytes.includes(Buffer.alloc(32, 7)), false, name);
    }
  });
});

describe('the key file', () => {
  const cases: readonly [string, (path: string) => void][] = [
    ['missing', (path) => rmSync(path)],
    ['not base64', (path) => writeFileSync(path, 'not a key')],
    ['31 bytes', (path) => writeFileSync(path, Buffer.alloc(31).toString('base64'))],
    ['writable by others', (path) => chmodSync(path, 0o622)],
  ];
  for (const [name, spoil] of cases) {
    test(name, () => {
      const path = options.key.kind === 'file' ? options.key.path : '';
      spoil(path);
      assert.throws(() => fileStore(options), refused('store_key', path));
    });
  }

  test('readable by others earns a warning', () => {
    chmodSync(join(root, 'key'), 0o644);
    fileStore(options).close();
    assert.ok(warnings.some((warning) => warning.includes('chmod 600')));
  });
});

test('many processes set up and write one store without losing an entry', () => {
  const module = new URL('../../../src/client/stores/file/index.ts', import.meta.url).href;
  const script = `
    import { fileStore } from ${JSON.stringify(module)};
    const { options, names } = JSON.parse(process.argv[1]);
    const store = fileStore(options);
    for (const name of names) await store.put(name, { obtainedAt: 1, result: { accessToken: name } });
    store.close();`;
  const shell = Array.from({ length: 8 }, (_, process_) => {
    const names = Array.from({ length: 20 }, (_, index) => `${process_}-${index}`);
    const argument = JSON.stringify({ options: { folder, key: options.key }, names });
    return `"$NODE" --input-type=module -e '${script.replaceAll("'", '"')}' '${argument}' &`;
  });
  const done = spawnSync('sh', ['-c', `${shell.join('\n')}\nwait`], {
    env: { ...process.env, NODE: process.execPath },
  });
  assert.equal(done.stderr.toString(), '');
  assert.ok(lstatSync(database()).isFile());
  const opened = new DatabaseSync(database());
  assert.equal(opened.prepare('SELECT count(*) AS n FROM entries').get()?.n, 160);
  opened.close();
});
