/**
 * Verifies a bearer against pinned issuers: signature, issuer and tenant as one record, lifetime, kind of token. What the
 * bearer may then do (audience, second factor, partner account) is its caller's rule. Published as `partner-auth/verify`.
 */
export { KeysUnavailable, localKeys, remoteKeys } from '../jwt/index.ts';
export * from './bearer-error.ts';
export * from './issuer.ts';
export * from './verify-bearer.ts';
export { type IssuedTokenRule, verifyIssuedToken } from './verify-issued.ts';
