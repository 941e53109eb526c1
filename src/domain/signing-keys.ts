/** A signing key at rest. What is sealed is its private half, or the name of one that an external signer has. */
export interface StoredSigningKey {
  readonly kid: string;
  /** Which ring it belongs to: the authority's tokens and the token service's are signed with different keys. */
  readonly ring: 'authority' | 'token-service';
  readonly algorithm: string;
  readonly sealedPrivateKey: Uint8Array;
  /** X.509 certificate, DER in base64, where the ring publishes one. */
  readonly certificate: string | undefined;
  readonly createdAt: Date;
}

/** The port to the keys at rest, listed from the oldest to the youngest. */
export interface SigningKeyStore {
  list(ring: StoredSigningKey['ring']): Promise<readonly StoredSigningKey[]>;
  /** Of all that add a key to a ring without one of its algorithm, one does. */
  addFirst(key: StoredSigningKey): Promise<void>;
  /** Adds a key beside those there are. */
  add(key: StoredSigningKey): Promise<void>;
  /** Of all that remove a key, one gets true. */
  remove(ring: StoredSigningKey['ring'], kid: string): Promise<boolean>;
}
