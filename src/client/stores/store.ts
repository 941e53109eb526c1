import type { JsonObject } from '../../base/json.ts';

/** What stands under a key. */
export interface StoredValue {
  readonly value: JsonObject;
  /** Another text at each writing, after a deletion too: what was read can be told from what is there now. */
  readonly version: string;
}

/** Gives a lock back; a second call does nothing. */
export type Unlock = () => Promise<void>;

/**
 * Where tokens are kept between calls, and where several processes agree on who renews one. A key says all that made what
 * stands there (see `entries.ts`): well-formed text without NUL, a few kilobytes at most. A store compares it whole, code
 * unit by code unit, and reads nothing from it. `get` answers with exactly what `put` was given for that key, or
 * undefined; what cannot be read any more is undefined, never another key's.
 *
 * `tokenStoreConformance` is the suite that a store of one's own has to pass.
 */
export interface TokenStore {
  get(key: string): Promise<StoredValue | undefined>;
  /**
   * Has the value safely kept when it resolves with true. `expected`: only over that version, with null only where
   * nothing is; false says that another was first. Left out: over whatever is there.
   */
  put(key: string, value: JsonObject, expected?: string | null): Promise<boolean>;
  /** Has nothing left of it, sealed or not, when it resolves. Of a key that is not there: nothing. */
  delete(key: string): Promise<void>;
  /** Every key that begins with the prefix, sorted as JavaScript sorts text. */
  keys(prefix: string): Promise<readonly string[]>;
  /**
   * At once: the lock, or undefined while another holds it, in this process or another with the same store. A lock ends
   * with its holder, however that ends. It keeps two from doing the same work; what is kept is decided by `put`.
   */
  tryLock(key: string): Promise<Unlock | undefined>;
}
