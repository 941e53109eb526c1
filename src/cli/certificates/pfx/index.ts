/**
 * PKCS#12 (RFC 7292), read only. node-forge decodes the ASN.1, which may be BER, and RC2, which node:crypto no longer
 * does; every other cipher, every digest, key and certificate is node:crypto's. What a file can make us compute is bounded.
 */
export { openPfx } from './open-pfx.ts';
export { UnreadablePfx } from './unreadable-pfx.ts';
