/**
 * The only door to jose, and to node:crypto for signatures: parse, verify and sign compact JWS, key sets published and
 * fetched. It knows algorithms and keys; which issuer may use which is `verify/`'s record, which key signs is `keys/`'s.
 */
export * from './algorithms.ts';
export * from './compact.ts';
export type * from './key-ring.ts';
export * from './remote-keys.ts';
export * from './sign-compact.ts';
export * from './signing-key.ts';
export * from './verification-keys.ts';
export * from './verify.ts';
