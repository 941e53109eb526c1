import assert from 'node:assert/strict';
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, type TestContext, test } from 'node:test';
import { notKeptNotice } from '../../src/cli/kept-tokens.ts';
import type { Keyring } from '../../src/cli/keyring.ts';
import { applicationId } from '../client/wire.ts';
import { partnerAuth, type RunOptions, scratch } from './command.ts';

/** A keyring as a Secret Service is one, with one entry in it. */
function keyringWith(entry: string | null = null) {
  const state = { entry, reads: 0, writes: 0 };
  const keyring: Keyring = {
    read: async () => {
      state.reads += 1;
      return state.entry;
    },
    write: async (text) => {
      state.writes += 1;
      await new Promise((resolve) => setImmediate(resolve));
      state.entry = text;
    },
  };
  return { keyring, state };
}

const failing = (message: string): Keyring => ({
  read: async () => Promise.reject(new Error(message)),
  write: async () => Promise.reject(new Error(message)),
});

const newKey = (byte: number): string => Buffer.alloc(32, byte).toString('base64');

function command(t: TestContext) {
  const files = scratch({ after: (work) => t.after(work) });
  const secret = files.file('secret', 'secret-of-the-app');
  const identity = ['--application-id', applicationId, '--client-secret-file', secret, '--tenant', 'contoso.com'];
  const state = join(files.folder, 'state');
  const database = join(state, 'partner-auth', 'tokens.db');
  const token = (more: readonly string[] = [], options: RunOptions = {}) =>
    partnerAuth(['token', ...identity, '--resource', 'partner-center', ...more], {
      ...options,
      variables: { XDG_STATE_HOME: state, ...options.variables },
    });
  return { files, state, database, token };
}

const notKept = `warning: ${notKeptNotice}\n`;

describe('the key of the token store in the keyring', () => {
  test('is made by the first command that keeps something, and opens the store for the next', async (t) => {
    const { token, database } = command(t);
    const { keyring, state } = keyringWith();
    const first = await token([], { keyring });
    assert.deepEqual([first.exitCode, first.stderr, first.sent.length], [0, '', 1]);
    assert.equal(Buffer.from(state.entry ?? '', 'base64').length, 32);
    assert.equal(readFileSync(database).includes(JSON.parse(first.stdout).accessToken), false);
    const second = await token([], { keyring });
    assert.deepEqual([second.exitCode, second.stderr, second.sent.length], [0, '', 0]);
    assert.equal(JSON.parse(second.stdout).fromCache, true);
    assert.equal(state.writes, 1);
  });

  test('is one key, however many commands make it at once', async (t) => {
    const { token } = command(t);
    const { keyring, state } = keyringWith();
    const ended = await Promise.all(Array.from({ length: 8 }, () => token([], { keyring })));
    assert.deepEqual(new Set(ended.map(({ exitCode, stderr }) => `${exitCode} ${stderr}`)), new Set(['0 ']));
    assert.equal(state.writes, 1);
  });

  const named: readonly (readonly [
    name: string,
    more: (key: string) => readonly string[],
    variables: (key: string) => Record<string, string>,
  ])[] = [
    ['an option', (key) => ['--key-file', key], () => ({})],
    ['the variable of a key file', () => [], (key) => ({ PARTNER_AUTH_KEY_FILE: key })],
    ['the variable of a passphrase', () => [], () => ({ PARTNER_AUTH_PASSPHRASE: 'correct horse' })],
  ];
  for (const [name, more, variables] of named) {
    test(`comes after ${name}`, async (t) => {
      const { files, token } = command(t);
      const { keyring, state } = keyringWith();
      const key = files.file('key', newKey(1));
      const { exitCode, stderr } = await token(more(key), { keyring, variables: variables(key) });
      assert.deepEqual([exitCode, stderr, state.reads], [0, '', 0]);
    });
  }

  for (const off of ['off', 'OFF']) {
    test(`PARTNER_AUTH_KEYRING=${off}: it is not asked`, async (t) => {
      const { token } = command(t);
      const { keyring, state } = keyringWith(newKey(1));
      const { exitCode, stderr } = await token([], { keyring, variables: { PARTNER_AUTH_KEYRING: off } });
      assert.deepEqual([exitCode, stderr, state.reads], [0, notKept, 0]);
    });
  }

  test('PARTNER_AUTH_KEYRING with another word: exit 7', async (t) => {
    const { keyring } = keyringWith();
    const { exitCode, stdout, stderr } = await command(t).token([], {
      keyring,
      variables: { PARTNER_AUTH_KEYRING: 'maybe' },
    });
    assert.deepEqual([exitCode, stdout], [7, '']);
    assert.ok(stderr.startsWith('error: PARTNER_AUTH_KEYRING is neither on nor off.\n'), stderr);
  });

  test('an entry that is no key: exit 7, and it stays as it is', async (t) => {
    const { keyring, state } = keyringWith('somebody’s password');
    const { exitCode, stdout, stderr } = await command(t).token([], { keyring });
    assert.deepEqual([exitCode, stdout, state.entry], [7, '', 'somebody’s password']);
    assert.ok(stderr.includes('service partner-auth, account token-store'), stderr);
    assert.equal(stderr.includes('somebody’s password'), false);
  });

  test('another key than the store was begun with: exit 7', async (t) => {
    const { files, token } = command(t);
    await token(['--key-file', files.file('key', newKey(1))]);
    const { exitCode, stderr } = await token([], { keyring: keyringWith(newKey(2)).keyring });
    assert.equal(exitCode, 7);
    assert.ok(stderr.includes('does not open the token store'), stderr);
  });
});

describe('row 9: no keyring: token works, stores nothing in clear or otherwise, and says so in one line', () => {
  const cases: readonly (readonly [name: string, keyring: Keyring | undefined, reason: string])[] = [
    ['a machine without one', undefined, 'there is none to ask'],
    ['no Secret Service', failing('no session bus'), 'no session bus'],
    ['a locked one', failing('unlock prompt was dismissed'), 'unlock prompt was dismissed'],
    ['one that says something for the screen', failing('a\u001b[2Jb\nc'), 'a\\u001b[2Jb\\u000ac'],
    ['one that forgets', { read: async () => null, write: async () => {} }, 'it does not keep what it is given'],
  ];
  for (const [name, keyring, reason] of cases) {
    test(name, async (t) => {
      const { database, token } = command(t);
      const given = keyring ? { keyring } : {};
      const plain = await token([], given);
      assert.deepEqual([plain.exitCode, plain.stderr, plain.sent.length], [0, notKept, 1]);
      const verbose = await token(['--verbose'], given);
      assert.deepEqual(
        verbose.stderr.split('\n').filter((line) => line.includes('keyring')),
        [`no key from the keyring: ${reason}`],
      );
      assert.equal(existsSync(database), false);
    });
  }

  test('a store that was begun with a key file: it stays, and no key is made', async (t) => {
    const { files, database, token } = command(t);
    const key = files.file('key', newKey(1));
    await token(['--key-file', key]);
    const before = readFileSync(database);
    const { keyring, state } = keyringWith();
    const { exitCode, stderr } = await token([], { keyring });
    assert.deepEqual([exitCode, stderr, state.writes], [0, notKept, 0]);
    assert.deepEqual(readFileSync(database), before);
    assert.equal(JSON.parse((await token(['--key-file', key])).stdout).fromCache, true);
  });
});
