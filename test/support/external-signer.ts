import { generateKeyPairSync, type KeyObject, sign } from 'node:crypto';
import { type Algorithm, keyInput } from '../../src/jwt/index.ts';
import type { ExternalSigner } from '../../src/keys/index.ts';

export interface TestSigner extends ExternalSigner {
  /** Makes another key, younger than all. */
  make(modulusLength?: number): string;
  remove(name: string): void;
  readonly names: readonly string[];
  /** How often it signed. */
  readonly signed: () => number;
}

/** A holder of private keys, as a key vault is one. */
export function testSigner(algorithm: Algorithm): TestSigner {
  const keys = new Map<string, { privateKey: KeyObject; publicKey: KeyObject }>();
  let serial = 0;
  let signed = 0;
  const make = (modulusLength = 2048) => {
    const name = `vault-key-${++serial}`;
    keys.set(
      name,
      algorithm === 'ES256'
        ? generateKeyPairSync('ec', { namedCurve: 'P-256' })
        : generateKeyPairSync('rsa', { modulusLength }),
    );
    return name;
  };
  make();
  return {
    make,
    remove: (name) => void keys.delete(name),
    get names() {
      return [...keys.keys()];
    },
    signed: () => signed,
    keys: async () =>
      [...keys].map(([name, { publicKey }]) => ({ name, publicKey: publicKey.export({ format: 'jwk' }) })),
    sign: async (name, signingInput) => {
      const key = keys.get(name);
      if (!key) throw new Error(`there is no ${name}`);
      signed += 1;
      return sign('sha256', signingInput, keyInput(algorithm, key.privateKey));
    },
  };
}
