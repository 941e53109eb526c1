import type { EntryStore, IssuanceStore, SigningKeyStore } from '../domain/ports.ts';

/**
 * The ports of `domain/` made real, in memory, in SQLite or in PostgreSQL, one contract for each (`conformance.ts`). A store decides
 * every single-use question itself, by the row it returns; nothing above it does.
 */
export interface Store {
  readonly entries: EntryStore;
  readonly issuances: IssuanceStore;
  readonly signingKeys: SigningKeyStore;
  /** Rejects when the store cannot take a record now: readiness asks. */
  check(): Promise<void>;
  /** By the database's own clock, which is one for all nodes; left out where it has none but the machine's. */
  now?(): Promise<Date>;
  close(): Promise<void>;
}
