/**
 * The key rings a server signs with: made on first use, kept sealed in the store, published as key sets. When a ring
 * turns to its next key is `domain/`'s rule; how a signature is made is `jwt/`'s.
 */
export { type ExternalKey, type ExternalSigner, proveExternalSigner } from './external-signer.ts';
export { openKeyRing, type RingOptions } from './ring.ts';
