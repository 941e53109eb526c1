import forge from 'node-forge';
import { type certificateScratch, own } from './fixture.ts';

/** PFX files of other programs' making, and changes to them that no program makes. */

export type Asn1 = forge.asn1.Asn1;

const { Class, Type } = forge.asn1;

const binary = (bytes: Uint8Array): string => Buffer.from(bytes).toString('latin1');
export const ofBinary = (text: string): Buffer => Buffer.from(text, 'latin1');

export const sequenceOf = (...value: readonly Asn1[]): Asn1 =>
  forge.asn1.create(Class.UNIVERSAL, Type.SEQUENCE, true, [...value]);
export const octetsOf = (bytes: Uint8Array): Asn1 =>
  forge.asn1.create(Class.UNIVERSAL, Type.OCTETSTRING, false, binary(bytes));
export const identifierOf = (name: string): Asn1 =>
  forge.asn1.create(Class.UNIVERSAL, Type.OID, false, forge.asn1.oidToDer(name).getBytes());
/** In so many bytes. */
export function integerOf(number: number, size = 4): Asn1 {
  const bytes = Buffer.alloc(size);
  bytes.writeUInt32BE(number, size - 4);
  return forge.asn1.create(Class.UNIVERSAL, Type.INTEGER, false, binary(bytes));
}

export const decoded = (bytes: Uint8Array): Asn1 => forge.asn1.fromDer(binary(bytes));
export const encoded = (node: Asn1): Buffer => ofBinary(forge.asn1.toDer(node).getBytes());

export function childOf(node: Asn1 | undefined, ...path: readonly number[]): Asn1 {
  const child = path.reduce<Asn1 | undefined>(
    (at, index) => (Array.isArray(at?.value) ? at.value[index] : undefined),
    node,
  );
  if (!child) throw new Error(`nothing at ${path.join('.')}`);
  return child;
}

/** OpenSSL leaves certificates in clear when it makes a file without the code. */
export function withoutMac(pfx: Uint8Array): Buffer {
  const root = decoded(pfx);
  return encoded(sequenceOf(childOf(root, 0), childOf(root, 1)));
}

/** `password` undefined: none, which is another than the empty one; null: the key in clear. */
export function forgePfx(password: string | null | undefined, options: object, certificatePem = own.certificatePem) {
  const key = forge.pki.privateKeyFromPem(own.privateKeyPem);
  const certificate = forge.pki.certificateFromPem(certificatePem);
  return encoded(forge.pkcs12.toPkcs12Asn1(key, certificate, password as string | null, options));
}

export function opensslPfxMaker(files: ReturnType<typeof certificateScratch>) {
  const make = (password: string, ...options: readonly string[]): Buffer => {
    files.file('own.key', own.privateKeyPem);
    files.file('own.crt', own.certificatePem);
    files.file('password', `${password}\n`);
    const pair = ['-inkey', 'own.key', '-in', 'own.crt', '-passout', 'file:password'];
    return files.openssl('pkcs12', '-export', ...pair, ...options);
  };
  /** OpenSSL 3 has the older ciphers behind an option; what came before, and LibreSSL, has them without. */
  const older = () => (files.openssl('version').toString().startsWith('OpenSSL 3') ? ['-legacy'] : []);
  return { make, older };
}
