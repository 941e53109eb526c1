import type { PublicJwk, Signer } from './signing-key.ts';

/** The keys a server signs with, as its endpoints see them. */
export interface KeyRing {
  /** The key that signs now. */
  current(): Signer;
  /** The signer of a stored record, for as long as its key is kept. */
  find(kid: string): Signer | undefined;
  /** What the key set publishes: every key that signed a token still alive, and the next one before it signs. */
  published(): readonly PublicJwk[];
}
