import type { PublicJwk, Signer } from './signing-key.ts';

/** The keys a server signs with, as its endpoints see them. */
export interface KeyRing {
  /** The key that signs now. */
  current(): Signer;
  /** The signer of a stored record, for as long as its key is kept. */
  find(kid: string): Signer | undefined;
  /** What the key set publishes: every key that signed a token still alive. The same list until it is another. */
  published(): readonly PublicJwk[];
}

/** A key of a ring, as its owner sees it. */
export interface RingKey {
  readonly kid: string;
  readonly algorithm: string;
  readonly createdAt: Date;
  /** `next` will sign, `current` signs, `published` verifies what it signed, `retired` is in no key set any more. */
  readonly standing: 'next' | 'current' | 'published' | 'retired';
  /** Of the next one. */
  readonly signsFrom?: Date;
  /** Of one that no longer signs. */
  readonly publishedUntil?: Date;
}

/** A ring whose owner may turn it to a new key. */
export interface TurningKeyRing extends KeyRing {
  /** From the oldest to the youngest. */
  list(): readonly RingKey[];
  /** Makes a key, which signs once the ring's lead is over; the one before stays published until its tokens are dead. */
  rotate(): Promise<Signer>;
  /** Takes over what other nodes did to the ring. */
  refresh(): Promise<void>;
  /** Forgets a key at once, whatever it signed. A ring is never without a key that signs. False: there is none of the name. */
  remove(kid: string): Promise<boolean>;
}
