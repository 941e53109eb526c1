import { readdirSync } from 'node:fs';
import { homedir } from 'node:os';
import { delimiter, join } from 'node:path';
import { errorCode } from '../../base/error-code.ts';
import { configFolder } from '../../base/folders.ts';
import type { Variables } from '../io.ts';

/**
 * Where a thumbprint is looked up (contract 2.1), in this order: the folders of `PARTNER_AUTH_CERTIFICATES`, separated
 * as in PATH; ours; and the current user's .NET store, which holds `<THUMBPRINT>.pfx` files without a password.
 */
export function certificateFolders(variables: Variables): readonly string[] {
  const named = (variables.PARTNER_AUTH_CERTIFICATES ?? '').split(delimiter).filter((folder) => folder !== '');
  const dotnet = join(variables.HOME || homedir(), '.dotnet', 'corefx', 'cryptography', 'x509stores', 'my');
  return [...new Set([...named, join(configFolder(variables), 'certificates'), dotnet])];
}

export interface CertificateFolder {
  readonly folder: string;
  /** Paths of everything in it but folders, sorted by name. */
  readonly files: readonly string[];
  /** Why nothing in it can be looked at. */
  readonly fault: string | undefined;
}

export function listFolder(folder: string): CertificateFolder {
  try {
    const entries = readdirSync(folder, { withFileTypes: true }).filter((entry) => !entry.isDirectory());
    const files = entries.map(({ name }) => join(folder, name)).sort();
    return { folder, files, fault: undefined };
  } catch (cause) {
    const code = errorCode(cause) ?? 'unknown';
    return { folder, files: [], fault: code === 'ENOENT' ? 'not there' : `cannot be read (${code})` };
  }
}
