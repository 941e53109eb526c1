import { isSignInKey } from '../plan.ts';
import type { TokenStore } from './store.ts';

/** Keeps sign-ins and forgets all else: what a run over any number of tenants has to remember stays one entry. */
export const signInsOnly = (store: TokenStore): TokenStore => ({
  ...store,
  put: async (key, value, expected) => !isSignInKey(key) || store.put(key, value, expected),
  // By what is asked for, of which nothing is kept: whoever waited would find nothing.
  tryLock: async () => async () => {},
});
