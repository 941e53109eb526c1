import { processConformance } from './conformance-processes.ts';
import { sequenceConformance } from './conformance-sequences.ts';
import type { TokenStore } from './store.ts';

/** One opening or two of a store that was empty. */
export interface StoreUnderTest {
  readonly store: TokenStore;
  /** Another opening of the same store, as another process would have it; for a store in memory, the same. */
  readonly second: TokenStore;
  /** Removes what the openings hold and keep. */
  close(): Promise<void>;
  /** For a store that processes share: how a process of its own opens it. */
  readonly elsewhere?: StoreElsewhere | undefined;
}

export interface StoreElsewhere {
  /** URL of a module that exports `openStore(argument: string): Promise<TokenStore> | TokenStore`. */
  readonly module: string;
  readonly argument: string;
}

export interface ConformanceCase {
  readonly name: string;
  run(under: StoreUnderTest): Promise<void>;
}

export interface TokenStoreConformance {
  /** Takes a case: `test` of node:test, or another runner's. */
  readonly test: (name: string, run: () => Promise<void>) => unknown;
  /** Makes an empty store, for one case. */
  readonly open: () => Promise<StoreUnderTest> | StoreUnderTest;
  /** The store can be opened by other processes, and `open` says how. Default false. */
  readonly processes?: boolean;
}

/**
 * What every `TokenStore` has to do, as named cases for a test runner; node:assert says what was not as it should be.
 *
 * ```ts
 * tokenStoreConformance({ test, open: async () => { const store = myStore(); return { store, second: store, close: async () => {} }; } });
 * ```
 */
export function tokenStoreConformance({ test, open, processes = false }: TokenStoreConformance): void {
  for (const { name, run } of [...sequenceConformance, ...(processes ? processConformance : [])]) {
    test(name, async () => {
      const under = await open();
      try {
        await run(under);
      } finally {
        await under.close();
      }
    });
  }
}
