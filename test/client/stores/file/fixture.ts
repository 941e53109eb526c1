import assert from 'node:assert/strict';
import { mkdtempSync, readdirSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach } from 'node:test';
import type { JsonObject } from '../../../../src/base/json.ts';
import { AuthError, type AuthErrorCode } from '../../../../src/client/errors.ts';
import { type FileStoreOptions, type FileTokenStore, fileStore } from '../../../../src/client/stores/file/index.ts';

export const canary = 'CANARY-access-token-0123456789';
export const token = (accessToken = canary): JsonObject => ({ obtainedAt: 1, result: { accessToken, expires_on: 2 } });

/** 32 bytes of seven. */
export const keyText = Buffer.alloc(32, 7).toString('base64');

export interface StoreFixture {
  readonly root: string;
  readonly folder: string;
  readonly database: string;
  readonly keyFile: string;
  readonly options: FileStoreOptions;
  readonly warnings: string[];
  /** Opens the store, works with it, and closes it. */
  using<Value>(work: (store: FileTokenStore) => Promise<Value>, more?: Partial<FileStoreOptions>): Promise<Value>;
  /** Every file in the folder, at any depth. */
  files(): readonly string[];
}

/** A folder and a key of its own for each test, gone after it. Called once in a file; the fixture is the running test's. */
export function storeFixture(): () => StoreFixture {
  let current: StoreFixture | undefined;
  beforeEach(() => {
    current = newFixture();
  });
  afterEach(() => rmSync(current?.root ?? '', { recursive: true, force: true }));
  return () => {
    assert.ok(current);
    return current;
  };
}

function newFixture(): StoreFixture {
  const root = mkdtempSync(join(tmpdir(), 'partner-auth-store-'));
  const folder = join(root, 'state', 'partner-auth');
  const keyFile = join(root, 'key');
  const warnings: string[] = [];
  writeFileSync(keyFile, `${keyText}\n`, { mode: 0o600 });
  const options: FileStoreOptions = {
    folder,
    key: { kind: 'file', path: keyFile },
    onWarning: (warning) => void warnings.push(warning),
  };
  return {
    root,
    folder,
    database: join(folder, 'tokens.db'),
    keyFile,
    options,
    warnings,
    using: async (work, more = {}) => {
      const store = fileStore({ ...options, ...more });
      try {
        return await work(store);
      } finally {
        store.close();
      }
    },
    files: () =>
      readdirSync(folder, { recursive: true, encoding: 'utf8' })
        .map((name) => join(folder, name))
        .filter((path) => statSync(path).isFile()),
  };
}

/** For `assert.throws` and `assert.rejects`: the code, and what the sentence has to name. */
export const refused = (code: AuthErrorCode, named: string) => (error: unknown) => {
  assert.ok(error instanceof AuthError, String(error));
  assert.equal(error.code, code);
  assert.ok(error.message.includes(named), error.message);
  return true;
};
