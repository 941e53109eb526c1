/**
 * Keeps the sandbox's certificates in a directory: makes what is missing, renews what ends soon, leaves the rest alone.
 *
 * Each key lives in one file with its certificate (`ca.key`, `localhost.key`, `client.pem`), so that no crash and no
 * second process can tear a pair apart; `ca.pem`, `localhost.pem` and `client.pfx` are derived from those and made again
 * whenever they do not match. What a file holds is decided once among all processes, without a lock that could be left
 * behind: see `settle`.
 */
import { createHash, createPrivateKey, randomBytes, X509Certificate } from 'node:crypto';
import { isIP, isIPv4 } from 'node:net';
import { basename, join } from 'node:path';
import {
  carries,
  clientCertificate,
  developmentAuthority,
  type KeyAndCertificate,
  permits,
  pfxOf,
  serverCertificate,
} from './certificate-authority.ts';
import type { PermittedNames, ServerNames } from './der.ts';
import { createOnce, ensureDirectory, moveIntoPlace, PRIVATE_MODE, read, replace, TlsFilesError } from './own-files.ts';

export { TlsFilesError } from './own-files.ts';

const AUTHORITY_LIFETIME_DAYS = 730;
/** The limit of public authorities, which some clients apply to all. */
const SERVER_LIFETIME_DAYS = 397;
const CLIENT_LIFETIME_DAYS = 730;
const RENEW_BEFORE_MILLISECONDS = 30 * 86_400_000;

const LOOPBACK_BLOCKS = ['127.0.0.0/8', '::1/128'];
const PUBLIC_MODE = 0o644;
/** A process loses a turn only when another one makes progress, so this is never reached but by a defect. */
const MAX_TURNS = 32;

export interface TlsFiles extends ClientFiles {
  /** What clients trust: `ca.pem`, the authority's certificate alone, readable by everyone who can reach it. */
  readonly caFile: string;
  readonly caPem: string;
  /** The server's key, PKCS#8, and its certificate without the authority's. */
  readonly keyPem: string;
  readonly certificatePem: string;
}

/** The sample application's certificate with its key, as PEM and as PKCS#12 without a password. */
export interface ClientFiles {
  readonly clientPemFile: string;
  readonly clientPem: string;
  readonly clientPfxFile: string;
}

/**
 * Returns the server's certificate and the files around it. The authority may vouch for `localhost`, loopback addresses
 * and `hosts` (names or addresses) alone, and the server certificate carries them all.
 *
 * What has less than 30 days left is renewed. Hosts the authority does not permit make a new authority, which clients
 * must trust anew: pass the same hosts every time, used or not. Fewer hosts only make a new server certificate. The
 * client certificate does not hang on the authority, so that registrations of it outlive a change of hosts.
 */
export async function ensureTlsFiles(options: {
  /** Made with mode 0700 when it is missing, and brought to it when it is ours and open to others. */
  readonly directory: string;
  readonly now: Date;
  readonly hosts: readonly string[];
}): Promise<TlsFiles> {
  const { directory, now } = options;
  const file = (name: string) => join(directory, name);
  const names = serverNames(options.hosts);
  const permitted = permittedNames(names);
  await ensureDirectory(directory);

  const authority = await settle(file('ca.key'), {
    accept: ({ certificate }) => isCurrent(certificate, now) && certificate.ca && permits(certificate, permitted),
    make: () => authorityFor(permitted, now),
  });
  const server = await settle(file('localhost.key'), {
    accept: ({ certificate }) =>
      isCurrent(certificate, now) && carries(certificate, names) && certificate.verify(authority.certificate.publicKey),
    make: () => serverCertificate(authority, { ...names, now, lifetimeDays: SERVER_LIFETIME_DAYS }),
  });
  await keepCopy(file('ca.pem'), authority.certificatePem, PUBLIC_MODE);
  await keepCopy(file('localhost.pem'), server.certificatePem, PRIVATE_MODE);
  return {
    caFile: file('ca.pem'),
    caPem: authority.certificatePem,
    keyPem: server.privateKeyPem,
    certificatePem: server.certificatePem,
    ...(await ensureClientFiles({ directory, now })),
  };
}

/** The sample application's certificate alone, for a server that needs none itself. */
export async function ensureClientFiles(options: {
  readonly directory: string;
  readonly now: Date;
}): Promise<ClientFiles> {
  const { directory, now } = options;
  const file = (name: string) => join(directory, name);
  await ensureDirectory(directory);
  const client = await settle(file('client.pem'), {
    accept: ({ certificate }) => isCurrent(certificate, now),
    make: () =>
      clientCertificate({ commonName: 'Partner Auth sample application', now, lifetimeDays: CLIENT_LIFETIME_DAYS }),
  });
  await keepPfx(file('client.pfx'), client);
  return {
    clientPemFile: file('client.pem'),
    clientPem: client.privateKeyPem + client.certificatePem,
    clientPfxFile: file('client.pfx'),
  };
}

function serverNames(hosts: readonly string[]): ServerNames {
  const sorted = hosts.map((host) => host.toLowerCase()).sort();
  return {
    names: [...new Set(['localhost', ...sorted.filter((host) => isIP(host) === 0)])],
    addresses: [...new Set(['127.0.0.1', '::1', ...sorted.filter((host) => isIP(host) !== 0)])],
  };
}

function permittedNames({ names, addresses }: ServerNames): PermittedNames {
  const others = addresses.filter((address) => !address.startsWith('127.') && address !== '::1');
  const blocks = others.map((address) => `${address}/${isIPv4(address) ? 32 : 128}`);
  return { permittedNames: names, permittedAddresses: [...LOOPBACK_BLOCKS, ...blocks] };
}

function authorityFor(permitted: PermittedNames, now: Date): Promise<KeyAndCertificate> {
  // a name of its own, since some trust stores mix up two authorities of one name
  const commonName = `Partner Auth sandbox ${randomBytes(4).toString('hex')}`;
  return developmentAuthority({ commonName, ...permitted, now, lifetimeDays: AUTHORITY_LIFETIME_DAYS });
}

function isCurrent(certificate: X509Certificate, now: Date): boolean {
  const left = certificate.validToDate.getTime() - now.getTime();
  return certificate.validFromDate <= now && left >= RENEW_BEFORE_MILLISECONDS;
}

interface Held extends KeyAndCertificate {
  readonly certificate: X509Certificate;
}

/**
 * Returns the pair that `file` holds once it is acceptable, making it when there is none and replacing one that is not.
 *
 * link(2) creates a name with its whole content or fails, so it decides between processes. The first pair is linked to
 * `file` itself. Its replacement is linked to `file.after-<hash of what it replaces>`, and whoever finds that name, the
 * loser of the race or a start after a crash, moves the same replacement into place. All then read `file` again.
 */
async function settle(
  file: string,
  pair: { readonly accept: (held: Held) => boolean; readonly make: () => Promise<KeyAndCertificate> },
): Promise<Held> {
  for (let turn = 0; turn < MAX_TURNS; turn += 1) {
    const content = await read(file, PRIVATE_MODE);
    const held = content && parse(content);
    if (held && pair.accept(held)) return held;
    const decision = content ? `${file}.after-${createHash('sha256').update(content).digest('hex')}` : file;
    if (!(await read(decision, PRIVATE_MODE))) {
      const { privateKeyPem, certificatePem } = await pair.make();
      await createOnce(decision, privateKeyPem + certificatePem);
    }
    if (decision !== file) await moveIntoPlace(decision, file);
  }
  throw new TlsFilesError('tls_file_contended', `${basename(file)} kept changing while it was being renewed`);
}

/** Nothing but a key with its certificate counts; whatever else is in the file is replaced. */
function parse(content: Buffer): Held | undefined {
  const [privateKeyPem, certificatePem, ...rest] =
    content.toString('latin1').match(/-----BEGIN [A-Z ]+-----\n[^-]+-----END [A-Z ]+-----\n/g) ?? [];
  if (privateKeyPem === undefined || certificatePem === undefined || rest.length > 0) return undefined;
  try {
    const certificate = new X509Certificate(certificatePem);
    const matches = certificate.checkPrivateKey(createPrivateKey(privateKeyPem));
    return matches ? { privateKeyPem, certificatePem, certificate } : undefined;
  } catch {
    return undefined;
  }
}

async function keepCopy(file: string, content: string, mode: number): Promise<void> {
  const present = await read(file, mode);
  if (present?.toString('latin1') !== content) await replace(file, content, mode);
}

/** In a PFX of ours the certificate lies in clear and the first four bytes give the length: no parser is needed. */
async function keepPfx(file: string, client: Held): Promise<void> {
  const present = await read(file, PRIVATE_MODE);
  const isWhole = present?.includes(client.certificate.raw) && present.readUInt16BE(2) === present.length - 4;
  if (!isWhole) await replace(file, await pfxOf(client, ''), PRIVATE_MODE);
}
