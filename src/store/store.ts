import type { EntryStore, IssuanceStore, SigningKeyStore } from '../domain/ports.ts';

/**
 * The ports of `domain/` made real, in memory or in SQLite, one contract for each (`conformance.ts`). A store decides
 * every single-use question itself, by the row it returns; nothing above it does.
 */
export interface Store {
  readonly entries: EntryStore;
  readonly issuances: IssuanceStore;
  readonly signingKeys: SigningKeyStore;
  /** Rejects when the store cannot take a record now: readiness asks. */
  check(): Promise<void>;
  close(): Promise<void>;
}
