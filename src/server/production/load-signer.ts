import { stat } from 'node:fs/promises';
import { resolve } from 'node:path';
import { pathToFileURL } from 'node:url';
import { PartnerAuthError } from '../../base/error.ts';
import { type ExternalSigner, proveExternalSigner } from '../../keys/index.ts';
import type { ProductionConfig } from './config-schema.ts';

/**
 * The signer of `keys.signerModule`: what the module's default export, called once, returns or resolves to. It has signed
 * once when this is done. Throws `PartnerAuthError` (`configuration`).
 */
export async function loadSigner({
  keys: { signerModule, algorithm },
}: ProductionConfig): Promise<ExternalSigner | undefined> {
  if (signerModule === undefined) return undefined;
  const path = resolve(signerModule);
  const wrong = (why: string, cause?: unknown) =>
    new PartnerAuthError('configuration', `keys.signerModule: ${path} ${why}.`, { cause });
  const { mode } = await stat(path).catch((cause) => {
    throw wrong(`cannot be read (${cause.code})`, cause);
  });
  if (process.platform !== 'win32' && (mode & 0o022) !== 0) throw wrong('can be written by others: chmod go-w');
  const signer = await opened(path).catch((cause) => {
    throw wrong(`cannot be used: ${cause instanceof Error ? cause.message : cause}`, cause);
  });
  await proveExternalSigner(signer, algorithm);
  return signer;
}

async function opened(path: string): Promise<ExternalSigner> {
  const { default: open } = (await import(pathToFileURL(path).href)) as { default?: unknown };
  if (typeof open !== 'function') throw new Error('its default export is no function');
  const signer = await open();
  if (typeof signer?.keys !== 'function' || typeof signer.sign !== 'function') {
    throw new Error('what its default export gives has no functions keys and sign');
  }
  return signer;
}
