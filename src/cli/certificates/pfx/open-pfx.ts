import { createPrivateKey, type KeyObject, X509Certificate } from 'node:crypto';
import forge from 'node-forge';
import type { Secret } from '../../../base/secret.ts';
import type { Contents } from '../contents.ts';
import { type Asn1, bytesOf, objectIdentifier, octets, sequence, tagged, taggedOctets } from './asn1.ts';
import { decrypt, type Opener } from './encryption.ts';
import { isAuthentic } from './integrity.ts';
import { newBudget, type PfxPassword } from './key-derivation.ts';
import { UnreadablePfx } from './unreadable-pfx.ts';

const identifiers = {
  data: '1.2.840.113549.1.7.1',
  encryptedData: '1.2.840.113549.1.7.6',
  key: '1.2.840.113549.1.12.10.1.1',
  encryptedKey: '1.2.840.113549.1.12.10.1.2',
  certificate: '1.2.840.113549.1.12.10.1.3',
  x509: '1.2.840.113549.1.9.22.1',
} as const;

/** Throws `UnreadablePfx`, and what node-forge and node:crypto throw. `undefined`: the password does not open it. */
export function openPfx(bytes: Buffer, password: Secret | undefined): Contents | undefined {
  const [, authSafe, macData] = sequence(decode(bytes));
  const content = dataOf(authSafe);
  const spend = newBudget();
  // Without a password means none to Windows and .NET, and the empty one to OpenSSL and Java.
  const candidates: readonly PfxPassword[] = password ? [password.reveal()] : [undefined, ''];
  for (const candidate of candidates) {
    if (macData && !isAuthentic({ content, macData }, candidate, spend)) continue;
    const opener = { forge, password: candidate, spend };
    const bags = bagsIn(opener, content);
    if (bags) return { certificates: certificatesOf(bags), privateKeys: () => privateKeysOf(opener, bags) };
  }
  return undefined;
}

const decode = (bytes: Buffer): Asn1 => forge.asn1.fromDer(bytes.toString('latin1'));

/** A ContentInfo of plain data; one that is signed by a certificate instead of a password is of no use here. */
function dataOf(node: Asn1 | undefined): Buffer {
  const [type, content] = sequence(node);
  if (objectIdentifier(type) !== identifiers.data) throw new UnreadablePfx('its contents are not kept by a password');
  return octets(tagged(content));
}

interface Bag {
  readonly type: string;
  readonly value: Asn1 | undefined;
}

/** `undefined`: the password does not open a part of it. */
function bagsIn(opener: Opener, authenticatedSafe: Buffer): readonly Bag[] | undefined {
  const bags: Bag[] = [];
  for (const part of sequence(decode(authenticatedSafe))) {
    const [type, content] = sequence(part);
    const encrypted = objectIdentifier(type) === identifiers.encryptedData;
    const safe = encrypted ? decryptedSafe(opener, tagged(content)) : decode(dataOf(part));
    if (!safe) return undefined;
    for (const bag of sequence(safe)) {
      const [bagType, value] = sequence(bag);
      bags.push({ type: objectIdentifier(bagType), value: tagged(value) });
    }
  }
  return bags;
}

/** EncryptedData (RFC 2315 section 13). */
function decryptedSafe(opener: Opener, encryptedData: Asn1 | undefined): Asn1 | undefined {
  const [, encryptedContent] = sequence(encryptedData);
  const [, algorithm, content] = sequence(encryptedContent);
  return decryptedNode(opener, algorithm, taggedOctets(content));
}

/** EncryptedPrivateKeyInfo (RFC 5958 section 3). */
function decryptedKey(opener: Opener, encryptedKey: Asn1 | undefined): Asn1 | undefined {
  const [algorithm, data] = sequence(encryptedKey);
  return decryptedNode(opener, algorithm, octets(data));
}

/** Padding that happens to fit under another password leaves nothing that can be decoded. */
function decryptedNode(opener: Opener, algorithm: Asn1 | undefined, data: Buffer): Asn1 | undefined {
  const plain = decrypt(opener, algorithm, data);
  try {
    return plain && decode(plain);
  } catch {
    return undefined;
  } finally {
    plain?.fill(0);
  }
}

/** Those that node:crypto knows; a bag may also hold an SDSI certificate. */
function certificatesOf(bags: readonly Bag[]): readonly X509Certificate[] {
  return bags
    .filter(({ type }) => type === identifiers.certificate)
    .flatMap(({ value }) => {
      const [kind, content] = sequence(value);
      return objectIdentifier(kind) === identifiers.x509 ? [new X509Certificate(octets(tagged(content)))] : [];
    });
}

/** `undefined`: the password does not open one of them. */
function privateKeysOf(opener: Opener, bags: readonly Bag[]): readonly KeyObject[] | undefined {
  const keys: KeyObject[] = [];
  for (const { type, value } of bags) {
    if (type !== identifiers.key && type !== identifiers.encryptedKey) continue;
    const node = type === identifiers.key ? value : decryptedKey(opener, value);
    if (!node) return undefined;
    keys.push(privateKey(bytesOf(forge.asn1.toDer(node).getBytes())));
  }
  return keys;
}

function privateKey(der: Buffer): KeyObject {
  try {
    return createPrivateKey({ key: der, format: 'der', type: 'pkcs8' });
  } catch {
    throw new UnreadablePfx('its private key is damaged or of an unknown kind');
  } finally {
    der.fill(0);
  }
}
