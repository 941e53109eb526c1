/** Everything `store/` makes real, and nothing else of `domain/`. */
export type { EntryStore, StoredEntry } from './entries.ts';
export type { Issuance, IssuanceStore } from './issuance.ts';
export type { RateLimiter } from './rate-limit.ts';
export type { SigningKeyStore, StoredSigningKey } from './signing-keys.ts';
