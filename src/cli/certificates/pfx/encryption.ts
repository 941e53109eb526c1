import { createDecipheriv } from 'node:crypto';
import type Forge from 'node-forge';
import { type Asn1, algorithmIdentifier, bytesOf, count, octets, sequence } from './asn1.ts';
import { type Budget, type DerivationInput, type PfxPassword, pbkdf2Key, pkcs12Key } from './key-derivation.ts';
import { UnreadablePfx } from './unreadable-pfx.ts';

/** What opens the encrypted parts of one file. */
export interface Opener {
  readonly forge: typeof Forge;
  readonly password: PfxPassword;
  readonly spend: Budget;
}

/** With PKCS#12's own derivation by SHA-1 (RFC 7292 appendix C): what older tools and Windows write. */
const pkcs12Ciphers: Readonly<Record<string, { readonly cipher: string; readonly keyBytes: number }>> = {
  '1.2.840.113549.1.12.1.3': { cipher: 'des-ede3-cbc', keyBytes: 24 },
  '1.2.840.113549.1.12.1.4': { cipher: 'des-ede-cbc', keyBytes: 16 },
  '1.2.840.113549.1.12.1.5': { cipher: 'rc2', keyBytes: 16 },
  '1.2.840.113549.1.12.1.6': { cipher: 'rc2', keyBytes: 5 },
};

const pbes2Identifier = '1.2.840.113549.1.5.13';

/** Within PBES2 (RFC 8018 appendix B.2): what current tools write. */
const pbes2Ciphers: Readonly<Record<string, { readonly cipher: string; readonly keyBytes: number }>> = {
  '1.2.840.113549.3.7': { cipher: 'des-ede3-cbc', keyBytes: 24 },
  '2.16.840.1.101.3.4.1.2': { cipher: 'aes-128-cbc', keyBytes: 16 },
  '2.16.840.1.101.3.4.1.22': { cipher: 'aes-192-cbc', keyBytes: 24 },
  '2.16.840.1.101.3.4.1.42': { cipher: 'aes-256-cbc', keyBytes: 32 },
};

/** `undefined`: the password does not open it. */
export function decrypt(opener: Opener, algorithm: Asn1 | undefined, data: Buffer): Buffer | undefined {
  const { cipher, key, initialisationVector } = keyOf(opener, algorithm);
  if (cipher === 'rc2') return decryptRc2(opener.forge, { key, initialisationVector }, data);
  try {
    const decipher = createDecipheriv(cipher, key, initialisationVector);
    return Buffer.concat([decipher.update(data), decipher.final()]);
  } catch {
    return undefined;
  }
}

function keyOf({ password, spend }: Opener, node: Asn1 | undefined) {
  const { algorithm, parameters } = algorithmIdentifier(node);
  if (algorithm === pbes2Identifier) {
    const [derivation, scheme] = sequence(parameters);
    const { algorithm: name, parameters: initialisationVector } = algorithmIdentifier(scheme);
    const { cipher, keyBytes } = pbes2Ciphers[name] ?? unknownCipher(name);
    const key = pbkdf2Key(derivation, { password, bytes: keyBytes }, spend);
    return { cipher, key, initialisationVector: octets(initialisationVector) };
  }
  const { cipher, keyBytes } = pkcs12Ciphers[algorithm] ?? unknownCipher(algorithm);
  const [salt, iterations] = sequence(parameters);
  const input: DerivationInput = { password, salt: octets(salt), iterations: count(iterations) };
  const key = pkcs12Key(input, { digest: 'sha1', purpose: 'key', bytes: keyBytes }, spend);
  const initialisationVector = pkcs12Key(input, { digest: 'sha1', purpose: 'initialisationVector', bytes: 8 }, spend);
  return { cipher, key, initialisationVector };
}

function unknownCipher(name: string): never {
  throw new UnreadablePfx(`its encryption ${name} is not known`);
}

function decryptRc2(
  forge: typeof Forge,
  { key, initialisationVector }: { readonly key: Buffer; readonly initialisationVector: Buffer },
  data: Buffer,
): Buffer | undefined {
  const decipher = forge.rc2.createDecryptionCipher(key.toString('latin1'), key.length * 8);
  decipher.start(initialisationVector.toString('latin1'));
  decipher.update(forge.util.createBuffer(data.toString('latin1')));
  return decipher.finish() ? bytesOf(decipher.output.getBytes()) : undefined;
}
