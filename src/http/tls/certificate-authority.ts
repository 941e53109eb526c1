/**
 * Certificates for development: the sandbox's own authority, its server certificate and the sample application
 * credential. Makes them in memory only; `tls-files.ts` decides when and keeps them on disk.
 *
 * node-forge encodes certificates and PKCS#12; it never makes a key and never signs: both are node:crypto's. It is loaded
 * by the first function that must make something, so that a start with everything in place does not pay for it.
 */
import { createPublicKey, generateKeyPair, randomBytes, sign, X509Certificate } from 'node:crypto';
import { promisify } from 'node:util';
import type { asn1, pki } from 'node-forge';
import { nameConstraints, type PermittedNames, type ServerNames, subjectAltName, subtrees } from './der.ts';

/** A certificate and its private key (PKCS#8), each one PEM block that ends in a line feed. */
export interface KeyAndCertificate {
  readonly certificatePem: string;
  readonly privateKeyPem: string;
}

interface Lifetime {
  readonly now: Date;
  /** Days from not-before, which lies `CLOCK_SKEW` before `now`, to not-after. */
  readonly lifetimeDays: number;
}

/** A certificate is valid one hour back, so that a client whose clock is behind accepts one just made. */
const CLOCK_SKEW_MILLISECONDS = 3_600_000;
const DAY_MILLISECONDS = 86_400_000;
/** Apple's platforms refuse a server certificate that lives longer, whoever issued it. */
const MAX_SERVER_LIFETIME_DAYS = 825;
const RSA_BITS = 2048;
/** Rounds of the key derivation in a PFX; a PFX without a password gains nothing from more. */
const PFX_ITERATIONS = 10_000;

const NAME_CONSTRAINTS_OID = '2.5.29.30';
const SUBJECT_ALT_NAME_OID = '2.5.29.17';
const generateKeys = promisify(generateKeyPair);

/**
 * Makes a self-signed authority that can only vouch for the given names and addresses: whoever steals its key cannot
 * impersonate any other host to a machine that trusts it. A permitted name includes its sub-names (RFC 5280 4.2.1.10).
 * It signs no further authority (path length 0) and, by its extended key usage, nothing but server certificates, so that
 * trusting it in the system's store does not extend to code or mail.
 *
 * Verifiers refuse a certificate with one name outside as a whole. Throws a `TypeError` when a list is empty: a kind of
 * name that is not mentioned is not constrained at all.
 */
export async function developmentAuthority(
  options: Lifetime & PermittedNames & { readonly commonName: string },
): Promise<KeyAndCertificate> {
  const keys = await makeKeys();
  const certificatePem = await issue({
    subject: options.commonName,
    publicKeyPem: keys.publicKey,
    signingKeyPem: keys.privateKey,
    ...validity(options),
    extensions: [
      { name: 'basicConstraints', critical: true, cA: true, pathLenConstraint: 0 },
      { name: 'keyUsage', critical: true, keyCertSign: true, cRLSign: true },
      { name: 'extKeyUsage', serverAuth: true },
      { id: NAME_CONSTRAINTS_OID, critical: true, value: binary(nameConstraints(options)) },
    ],
  });
  return { certificatePem, privateKeyPem: keys.privateKey };
}

/**
 * Makes a server certificate signed by `authority`, for at most 825 days and never beyond the authority's own end.
 * Whether the authority may vouch for the names is the verifier's question, not asked here. Throws a `RangeError` for a
 * longer lifetime or without any name.
 */
export async function serverCertificate(
  authority: KeyAndCertificate,
  options: Lifetime & ServerNames,
): Promise<KeyAndCertificate> {
  const subject = options.names[0] ?? options.addresses[0];
  if (subject === undefined) throw new RangeError('a server certificate needs a name or an address');
  if (options.lifetimeDays > MAX_SERVER_LIFETIME_DAYS) {
    throw new RangeError(`a server certificate lives at most ${MAX_SERVER_LIFETIME_DAYS} days`);
  }
  const keys = await makeKeys();
  const { notBefore, notAfter } = validity(options);
  const authorityEnd = new X509Certificate(authority.certificatePem).validToDate;
  const certificatePem = await issue({
    subject,
    publicKeyPem: keys.publicKey,
    signingKeyPem: authority.privateKeyPem,
    issuerPem: authority.certificatePem,
    notBefore,
    notAfter: new Date(Math.min(notAfter.getTime(), authorityEnd.getTime())),
    extensions: [
      { name: 'basicConstraints', critical: true, cA: false },
      { name: 'keyUsage', critical: true, digitalSignature: true, keyEncipherment: true },
      { name: 'extKeyUsage', serverAuth: true },
      { id: SUBJECT_ALT_NAME_OID, value: binary(subjectAltName(options)) },
    ],
  });
  return { certificatePem, privateKeyPem: keys.privateKey };
}

/**
 * Makes a self-signed certificate for an application to sign its assertions with. It is trusted by its thumbprint at the
 * application's registration, as Microsoft Entra does it, and so has no authority above it.
 */
export async function clientCertificate(
  options: Lifetime & { readonly commonName: string },
): Promise<KeyAndCertificate> {
  const { privateKey } = await makeKeys();
  return { certificatePem: await selfSigned(privateKey, options, { clientAuth: true }), privateKeyPem: privateKey };
}

/** Makes the certificate an authority publishes with a token-signing key: it names the key and proves nothing more. */
export const tokenSigningCertificate = (
  privateKeyPem: string,
  options: Lifetime & { readonly commonName: string },
): Promise<string> => selfSigned(privateKeyPem, options, {});

function selfSigned(
  privateKeyPem: string,
  options: Lifetime & { readonly commonName: string },
  extendedKeyUsage: { readonly clientAuth?: true },
): Promise<string> {
  return issue({
    subject: options.commonName,
    publicKeyPem: createPublicKey(privateKeyPem).export({ type: 'spki', format: 'pem' }).toString(),
    signingKeyPem: privateKeyPem,
    ...validity(options),
    extensions: [
      { name: 'basicConstraints', critical: true, cA: false },
      { name: 'keyUsage', critical: true, digitalSignature: true, keyEncipherment: true },
      ...(extendedKeyUsage.clientAuth ? [{ name: 'extKeyUsage', clientAuth: true }] : []),
    ],
  });
}

/**
 * Packs a key and its certificate as PKCS#12 (RFC 7292): the key under AES-256-CBC with PBKDF2-HMAC-SHA-256, the
 * certificate in clear, an HMAC-SHA-1 over both (forge writes no other). The empty password is the usual "PFX without a
 * password". Throws a `TypeError` for a password beyond ASCII, whose bytes forge and the other readers see differently.
 */
export async function pfxOf(keyAndCertificate: KeyAndCertificate, password: string): Promise<Uint8Array> {
  const { default: forge } = await import('node-forge');
  if (!/^[\x20-\x7e]*$/.test(password)) throw new TypeError('the password of a PFX must be ASCII');
  // prfAlgorithm is forge's, but not in its types
  const options = { algorithm: 'aes256', count: PFX_ITERATIONS, saltSize: 16, prfAlgorithm: 'sha256' } as const;
  const pfx = forge.pkcs12.toPkcs12Asn1(
    forge.pki.privateKeyFromPem(keyAndCertificate.privateKeyPem),
    forge.pki.certificateFromPem(keyAndCertificate.certificatePem),
    password,
    options,
  );
  return Buffer.from(forge.asn1.toDer(pfx).getBytes(), 'latin1');
}

/** Whether an authority made here lists all of the names and blocks, each as it is written here. */
export function permits(authority: X509Certificate, permitted: PermittedNames): boolean {
  return subtrees(permitted).every((subtree) => authority.raw.includes(subtree));
}

/** Whether a server certificate made here carries exactly the names and addresses, in this order. */
export function carries(certificate: X509Certificate, names: ServerNames): boolean {
  return certificate.raw.includes(subjectAltName(names));
}

function makeKeys(): Promise<{ publicKey: string; privateKey: string }> {
  return generateKeys('rsa', {
    modulusLength: RSA_BITS,
    publicKeyEncoding: { type: 'spki', format: 'pem' },
    privateKeyEncoding: { type: 'pkcs8', format: 'pem' },
  });
}

/** X.509 counts in whole seconds. */
function validity({ now, lifetimeDays }: Lifetime): { notBefore: Date; notAfter: Date } {
  const start = Math.floor((now.getTime() - CLOCK_SKEW_MILLISECONDS) / 1000) * 1000;
  return { notBefore: new Date(start), notAfter: new Date(start + lifetimeDays * DAY_MILLISECONDS) };
}

interface CertificateRequest {
  readonly subject: string;
  readonly publicKeyPem: string;
  readonly signingKeyPem: string;
  /** Absent: self-signed. */
  readonly issuerPem?: string;
  readonly notBefore: Date;
  readonly notAfter: Date;
  readonly extensions: readonly object[];
}

async function issue(request: CertificateRequest): Promise<string> {
  const { default: forge } = await import('node-forge');
  const certificate = forge.pki.createCertificate();
  certificate.serialNumber = serialNumber();
  certificate.publicKey = forge.pki.publicKeyFromPem(request.publicKeyPem);
  certificate.validity = { notBefore: request.notBefore, notAfter: request.notAfter };
  // forge declares the tag of a value with the wrong enumeration; UTF8String is the one RFC 5280 4.1.2.4 asks for
  const valueTagClass = forge.asn1.Type.UTF8 as number as asn1.Class;
  const named = (value: string) => [{ name: 'commonName', value, valueTagClass }];
  certificate.setSubject(named(request.subject));
  const issuer = request.issuerPem === undefined ? certificate : forge.pki.certificateFromPem(request.issuerPem);
  // forge writes a UTF8String as text but reads it as bytes: the names would not match without the decoding
  const issuerName = String(issuer.subject.getField('CN').value);
  certificate.setIssuer(named(issuer === certificate ? issuerName : forge.util.decodeUtf8(issuerName)));
  const keyIdentifier = issuer.generateSubjectKeyIdentifier().getBytes();
  certificate.setExtensions([
    ...request.extensions,
    { name: 'subjectKeyIdentifier' },
    { name: 'authorityKeyIdentifier', keyIdentifier },
  ]);
  // forge encodes and lays out what is to be signed; the signature is node:crypto's
  const signer: Pick<pki.rsa.PrivateKey, 'sign'> = {
    sign: () => {
      const toBeSigned = forge.asn1.toDer(certificate.tbsCertificate).getBytes();
      return binary(sign('sha256', Buffer.from(toBeSigned, 'latin1'), request.signingKeyPem));
    },
  };
  certificate.sign(signer as pki.rsa.PrivateKey, forge.md.sha256.create());
  return forge.pki.certificateToPem(certificate).replaceAll('\r\n', '\n');
}

/** 128 bits in hex; the two first bits are 01: positive and without a leading zero byte, as DER wants it. */
function serialNumber(): string {
  const bytes = randomBytes(16);
  bytes.writeUInt8((bytes.readUInt8(0) & 0x3f) | 0x40, 0);
  return bytes.toString('hex');
}

/** forge's strings hold one byte a character. */
function binary(bytes: Uint8Array): string {
  return Buffer.from(bytes).toString('latin1');
}
