import type { X509Certificate } from 'node:crypto';
import { basename } from 'node:path';
import type { Secret } from '../../base/secret.ts';
import { AuthError } from '../../client/errors.ts';
import type { Certificate } from '../../client/parameters.ts';
import { readBytes } from './certificate-file.ts';
import { certificateFolders, listFolder } from './certificate-folders.ts';
import { openContents } from './contents.ts';
import type { CertificateContext, CertificateOptions, PasswordSource } from './context.ts';
import { notFound } from './not-found.ts';
import { lockedRefusal, signingCertificate } from './read-certificate-file.ts';
import { hasThumbprint, parseThumbprint, type Thumbprint } from './thumbprint.ts';

/** What looking into one file came to. */
export interface Look {
  readonly path: string;
  readonly usable?: Certificate;
  /** Why the certificate is here and cannot be used, or why the file called by its thumbprint cannot. */
  readonly refusal?: AuthError;
  /** Others, that were not asked for. */
  readonly others?: readonly X509Certificate[];
  /** A password, or another one, would be needed to see what it holds. */
  readonly locked?: true;
}

/**
 * The certificate with the thumbprint, and its key, from the certificate folders. What a file holds decides, not what it
 * is called. Throws `invalid_parameters` for a thumbprint of another form, `certificate_not_found`, and
 * `certificate_unusable` for one without its key, out of its time, or in a file that cannot be used.
 */
export async function findCertificate(
  context: CertificateContext,
  thumbprint: string,
  options: CertificateOptions,
): Promise<Certificate> {
  const wanted = parseThumbprint(thumbprint);
  const folders = certificateFolders(context.variables).map(listFolder);
  const search = { context, wanted, options: { ...options, password: askedOnce(options.password) } };
  const looks: Look[] = [];
  const paths = folders.flatMap(({ files }) => files);
  for await (const look of lookInto(search, paths)) {
    if (look.usable) return look.usable;
    looks.push(look);
  }
  throw looks.find(({ refusal }) => refusal)?.refusal ?? notFound(wanted, folders, looks);
}

interface Search {
  readonly context: CertificateContext;
  readonly wanted: Thumbprint;
  readonly options: CertificateOptions;
}

/**
 * Files called by the thumbprint first: in a folder of a thousand one is opened, and a PFX takes milliseconds of key
 * derivation. Those that need a password last, so that nobody is asked for one that is not needed.
 */
async function* lookInto(search: Search, paths: readonly string[]): AsyncGenerator<Look> {
  const named = paths.filter((path) => isCalled(path, search.wanted));
  const others = paths.filter((path) => !isCalled(path, search.wanted));
  const locked: string[] = [];
  for (const path of named) yield withPassword(search, path);
  for (const path of others) {
    const look = await lookIntoFile(search, path, undefined);
    if (look.locked) locked.push(path);
    else yield look;
  }
  for (const path of locked) yield withPassword(search, path);
}

async function withPassword(search: Search, path: string): Promise<Look> {
  const plain = await lookIntoFile(search, path, undefined);
  if (!plain.locked) return plain;
  const password = await search.options.password(path);
  const look = password ? await lookIntoFile(search, path, password) : plain;
  return look.locked && isCalled(path, search.wanted) ? { path, refusal: lockedRefusal(path, password) } : look;
}

async function lookIntoFile(search: Search, path: string, password: Secret | undefined): Promise<Look> {
  const { context, wanted, options } = search;
  const isWanted = (certificate: X509Certificate) => hasThumbprint(certificate, wanted);
  let concerned = isCalled(path, wanted);
  try {
    const file = readBytes(path);
    const contents = await openContents(file, password);
    if (!contents) return { path, locked: true };
    if (!contents.certificates.some(isWanted)) return { path, others: contents.certificates };
    concerned = true;
    return { path, usable: await signingCertificate(context, file, { ...options, isWanted }) };
  } catch (error) {
    if (!(error instanceof AuthError) || error.code !== 'certificate_unusable') throw error;
    if (concerned) return { path, refusal: error };
    context.note(error.message);
    return { path };
  }
}

const isCalled = (path: string, { hex }: Thumbprint): boolean =>
  basename(path)
    .toUpperCase()
    .replace(/[\s:-]/g, '')
    .includes(hex);

function askedOnce(source: PasswordSource): PasswordSource {
  let asked: Promise<Secret | undefined> | undefined;
  return (path) => {
    asked ??= source(path);
    return asked;
  };
}
