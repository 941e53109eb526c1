import type { Store } from '../store.ts';
import { memoryEntries } from './entries.ts';
import { memoryIssuances } from './issuances.ts';
import { memorySigningKeys } from './signing-keys.ts';

/** Everything in this process's memory: tests, and a sandbox that is to leave nothing behind. */
export const memoryStore = (): Store => ({
  entries: memoryEntries(),
  issuances: memoryIssuances(),
  signingKeys: memorySigningKeys(),
  check: async () => {},
  close: async () => {},
});
