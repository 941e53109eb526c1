import assert from 'node:assert/strict';
import { chmodSync, rmSync, writeFileSync } from 'node:fs';
import { describe, test } from 'node:test';
import { Secret } from '../../../../src/base/secret.ts';
import { fileStore, readStoredValue } from '../../../../src/client/stores/file/index.ts';
import { keyText, refused, storeFixture, token } from './fixture.ts';

const at = storeFixture();

test('what a second opening put is read by the path of the command that opens nothing for writing', async () => {
  await at().using((store) => store.put('a', token()));
  await at().using((store) => store.put('b', token('b')));
  assert.deepEqual(readStoredValue(at().options, 'a'), token());
  assert.deepEqual(readStoredValue(at().options, 'b'), token('b'));
  await at().using((store) => store.delete('a'));
  assert.equal(readStoredValue(at().options, 'a'), undefined);
});

test('a key at hand opens what its file closed', async () => {
  const key = { kind: 'base64', key: new Secret(keyText) } as const;
  await at().using((store) => store.put('a', token()));
  assert.deepEqual((await at().using((store) => store.get('a'), { key }))?.value, token());
  assert.deepEqual(readStoredValue({ ...at().options, key }, 'a'), token());
  const short = { kind: 'base64', key: new Secret(Buffer.alloc(31).toString('base64')) } as const;
  assert.throws(
    () => fileStore({ ...at().options, key: short }),
    refused('store_key', 'The key does not hold 32 bytes'),
  );
});

test('a passphrase opens what it closed, and no other does', async () => {
  const key = (text: string) => ({ key: { kind: 'passphrase', passphrase: new Secret(text) } }) as const;
  await at().using(async (store) => store.put('a', token()), key('correct horse'));
  assert.deepEqual((await at().using((store) => store.get('a'), key('correct horse')))?.value, token());
  assert.deepEqual(readStoredValue({ ...at().options, ...key('correct horse') }, 'a'), token());
  assert.equal(readStoredValue({ ...at().options, ...key('wrong') }, 'a'), undefined);
  assert.throws(() => fileStore({ ...at().options, ...key('wrong') }), refused('store_key', 'does not open'));
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
      spoil(at().keyFile);
      assert.throws(() => fileStore(at().options), refused('store_key', at().keyFile));
    });
  }

  test('readable by others earns a warning', () => {
    chmodSync(at().keyFile, 0o644);
    fileStore(at().options).close();
    assert.ok(at().warnings.some((warning) => warning.includes('chmod 600')));
  });
});
