import assert from 'node:assert/strict';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { describe, test } from 'node:test';
import { Secret } from '../../../../src/base/secret.ts';
import { store } from '../../../../src/cli/doctor/checks/store.ts';
import { fileStore } from '../../../../src/index.ts';
import { scratch } from '../../command.ts';
import { findingBy, type Given } from '../fixture.ts';

const none = {
  state: 'ok',
  found: 'There is no key, so no token is kept: each call asks the authority anew, and no sign-in lasts.',
  nextStep: 'To keep tokens encrypted, set PARTNER_AUTH_KEY_FILE or PARTNER_AUTH_PASSPHRASE.',
};

describe('store', () => {
  test('no key', async () => assert.deepEqual(await findingBy(store), none));

  test('a key and no store yet: none is made', async (context) => {
    const { folder, file } = scratch(context);
    const keyFile = file('store.key', Buffer.alloc(32, 7).toString('base64'));
    const { state, found } = await findingBy(store, {
      values: { keyFile },
      variables: { XDG_STATE_HOME: folder, PARTNER_AUTH_PASSPHRASE: 'CANARY' },
    });
    const path = join(folder, 'partner-auth', 'tokens.db');
    const where = `${path}, encrypted by --key-file ${keyFile}`;
    assert.deepEqual([state, found], ['ok', `There is no store yet; the first token makes ${where}.`]);
    assert.equal(existsSync(join(folder, 'partner-auth')), false);
  });

  test('a store, and what it holds', async (context) => {
    const { folder } = scratch(context);
    const key = { kind: 'passphrase', passphrase: new Secret('CANARY') } as const;
    const kept = fileStore({ folder: join(folder, 'partner-auth'), key });
    await kept.put('["token","a"]', { is: 1 });
    await kept.put('["token","b"]', { is: 2 });
    await kept.put('["sign-in","a"]', { is: 3 });
    await kept.put('["hold","a"]', { is: 4 });
    kept.close();
    const variables = { XDG_STATE_HOME: folder, PARTNER_AUTH_PASSPHRASE: 'CANARY' };
    const path = join(folder, 'partner-auth', 'tokens.db');
    assert.deepEqual(await findingBy(store, { variables }), {
      state: 'ok',
      found: `${path}, encrypted by PARTNER_AUTH_PASSPHRASE, opens and holds 1 sign-in, 2 tokens.`,
      nextStep: undefined,
    });
    const wrong = await findingBy(store, { variables: { ...variables, PARTNER_AUTH_PASSPHRASE: 'another' } });
    assert.deepEqual([wrong.state, wrong.exitCode], ['failed', 7]);
  });

  test('a key file that others can read', async (context) => {
    const { folder, file } = scratch(context);
    const keyFile = file('store.key', Buffer.alloc(32, 7).toString('base64'), 0o644);
    const key = { kind: 'file', path: keyFile } as const;
    fileStore({ folder: join(folder, 'partner-auth'), key }).close();
    const variables = { XDG_STATE_HOME: folder, PARTNER_AUTH_KEY_FILE: keyFile };
    const { state, found } = await findingBy(store, { variables });
    const path = join(folder, 'partner-auth', 'tokens.db');
    assert.deepEqual(
      [state, found],
      [
        'warning',
        `${path}, encrypted by PARTNER_AUTH_KEY_FILE ${keyFile}, opens and holds nothing. ` +
          `The key file ${keyFile} can be read by others; chmod 600 keeps it to you.`,
      ],
    );
  });

  const places = [
    [{ keyFile: 'a' }, '--key-file a'],
    [{ passphraseFile: '-' }, '--passphrase-file -'],
    [{}, 'PARTNER_AUTH_PASSPHRASE_FILE b'],
  ] as const;
  for (const [values, key] of places) {
    test(`the key of ${key}`, async (context) => {
      const variables = { XDG_STATE_HOME: scratch(context).folder, PARTNER_AUTH_PASSPHRASE_FILE: 'b' };
      const { found } = await findingBy(store, { values, variables });
      const path = join(variables.XDG_STATE_HOME, 'partner-auth', 'tokens.db');
      assert.equal(found, `There is no store yet; the first token makes ${path}, encrypted by ${key}.`);
    });
  }

  describe('with the key in the keyring', () => {
    const key = Buffer.alloc(32, 7).toString('base64');
    const holding = (kept: string | null) => {
      const written: string[] = [];
      return { written, read: async () => kept, write: async (text: string) => void written.push(text) };
    };
    const locked = { read: () => Promise.reject(new Error('locked')), write: async () => {} };

    test('none yet: none is made', async (context) => {
      const { folder } = scratch(context);
      const keyring = holding(null);
      const { found } = await findingBy(store, { variables: { XDG_STATE_HOME: folder }, keyring });
      const path = join(folder, 'partner-auth', 'tokens.db');
      assert.equal(
        found,
        `There is no store yet; the first token makes ${path}, encrypted by the keyring of the system.`,
      );
      assert.deepEqual([existsSync(join(folder, 'partner-auth')), keyring.written], [false, []]);
    });

    test('a store, opened by it; by another key; off; locked', async (context) => {
      const { folder } = scratch(context);
      const own = { kind: 'base64', key: new Secret(key) } as const;
      fileStore({ folder: join(folder, 'partner-auth'), key: own }).close();
      const path = join(folder, 'partner-auth', 'tokens.db');
      const variables = { XDG_STATE_HOME: folder };
      const found = async (given: Given) => {
        const { state, found } = await findingBy(store, { variables, ...given });
        return [state, found];
      };
      assert.deepEqual(await found({ keyring: holding(key) }), [
        'ok',
        `${path}, encrypted by the keyring of the system, opens and holds nothing.`,
      ]);
      assert.deepEqual(await found({ keyring: holding(null) }), [
        'warning',
        `${path} is there, and the keyring of the system holds no key of it.`,
      ]);
      const off = { ...variables, PARTNER_AUTH_KEYRING: 'off' };
      assert.deepEqual(await found({ keyring: holding(key), variables: off }), ['ok', none.found]);
      assert.deepEqual(await found({ keyring: locked }), ['ok', none.found]);
    });
  });
});
