import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, test } from 'node:test';
import { fileStore, memoryStore, type StoreUnderTest, tokenStoreConformance } from '../../../src/index.ts';

describe('a store in memory', () => {
  tokenStoreConformance({
    test,
    open: () => {
      const store = memoryStore();
      return { store, second: store, close: async () => {} };
    },
  });
});

describe('a store in a file', () => {
  tokenStoreConformance({
    test,
    processes: true,
    open: (): StoreUnderTest => {
      const folder = mkdtempSync(join(tmpdir(), 'partner-auth-conformance-'));
      const path = join(folder, 'key');
      writeFileSync(path, Buffer.alloc(32, 7).toString('base64'), { mode: 0o600 });
      const options = { folder: join(folder, 'store'), key: { kind: 'file', path } } as const;
      const [store, second] = [fileStore(options), fileStore(options)];
      return {
        store,
        second,
        elsewhere: {
          module: new URL('../../support/open-file-store.ts', import.meta.url).href,
          argument: JSON.stringify(options),
        },
        close: async () => {
          store.close();
          second.close();
          rmSync(folder, { recursive: true });
        },
      };
    },
  });
});
