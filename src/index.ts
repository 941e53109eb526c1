/**
 * partner-auth, the library: tokens for Microsoft Partner Center. It re-exports the client and the tables a caller
 * needs; servers are under `partner-auth/server` and `partner-auth/testing`.
 */
export * from './client/index.ts';
