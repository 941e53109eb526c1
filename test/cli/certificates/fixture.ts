import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { inspect } from 'node:util';
import { Secret } from '../../../src/base/secret.ts';
import type { CertificateContext } from '../../../src/cli/certificates/index.ts';
import { AuthError } from '../../../src/client/errors.ts';
import type { Certificate } from '../../../src/client/parameters.ts';
import { newCertificate } from '../../support/client-assertion.ts';
import { openssl } from '../../support/openssl.ts';

/** The certificates that OpenSSL makes begin with the machine's time. */
export const now = new Date();

export const own = await newCertificate(now);
export const stranger = await newCertificate(now);

export const password = 'CANARY-password';

/** A context that remembers what was said. */
export function certificateContext(variables: Readonly<Record<string, string>> = {}, at = now) {
  const warnings: string[] = [];
  const notes: string[] = [];
  const context: CertificateContext = {
    variables: { HOME: '/nowhere', ...variables },
    clock: { now: () => at },
    warn: (warning) => void warnings.push(warning),
    note: (note) => void notes.push(note),
  };
  return { context, warnings, notes };
}

/** Answers with the text, and remembers for which files it was asked. */
export function passwordSource(text: string | undefined) {
  const asked: string[] = [];
  const source = async (path: string): Promise<Secret | undefined> => {
    asked.push(path);
    return text === undefined ? undefined : new Secret(text);
  };
  return { asked, source };
}

export function certificateScratch(context: { after(work: () => void): void }) {
  const folder = mkdtempSync(join(tmpdir(), 'partner-auth-certificates-'));
  context.after(() => rmSync(folder, { recursive: true, force: true }));
  return {
    folder,
    file: (name: string, content: string | Uint8Array, mode = 0o600): string => {
      const path = join(folder, name);
      writeFileSync(path, content, { mode });
      return path;
    },
    openssl: (...args: readonly string[]): Buffer => openssl(folder, ...args),
  };
}

/** What a `Certificate` of the command holds, as texts to compare. */
export function textsOf({ certificate, privateKey, ...others }: Certificate) {
  if (typeof privateKey !== 'object') throw new TypeError('the command hands over a KeyObject');
  return { certificate, privateKey: privateKey.export({ type: 'pkcs8', format: 'pem' }), ...others };
}

export async function refusalOf(work: Promise<unknown>): Promise<AuthError> {
  const error = await work.then(
    () => undefined,
    (thrown: unknown) => thrown,
  );
  if (error instanceof AuthError) return error;
  throw new Error(`no AuthError but ${inspect(error)}`);
}

/** What a failure could show anywhere: row 17 looks for canaries in it. */
export function everythingSaidBy(error: unknown): string {
  const causes: string[] = [];
  for (let each: unknown = error; each instanceof Error; each = each.cause) {
    causes.push(inspect(each, { depth: 9, showHidden: true }), JSON.stringify(each), each.stack ?? '');
  }
  return causes.join('\n');
}

/** The lines of a key that no message may hold. */
export const keyLines = (pem: string): readonly string[] => pem.split('\n').filter((line) => line.length === 64);
