import type { StoredToken } from '../stored-token.ts';

/**
 * Where tokens are kept between calls. The key says all that made a token (see `cacheKey`); a store compares it whole and
 * reads nothing from it. `get` answers with exactly what `set` was given for that key, or undefined; a token that cannot
 * be read any more is undefined, never another one's.
 */
export interface TokenStore {
  get(key: string): Promise<StoredToken | undefined>;
  /** Has the token safely kept when it resolves. */
  set(key: string, token: StoredToken): Promise<void>;
  delete(key: string): Promise<void>;
  keys(): Promise<readonly string[]>;
}
