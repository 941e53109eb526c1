import { spawnSync } from 'node:child_process';
import { missingProgram } from './debian-program.ts';

/** Why tests with certificates of another program's making are skipped; false when OpenSSL is there. */
export const opensslMissing = missingProgram(['openssl', 'version'], 'openssl');

/** Runs OpenSSL in a folder and hands back what it prints; whatever is not well throws what it says. */
export function openssl(folder: string, ...args: readonly string[]): Buffer {
  const { status, stdout, stderr } = spawnSync('openssl', args, { cwd: folder });
  if (status !== 0) throw new Error(`openssl ${args[0]}: ${stderr.toString('utf8')}`);
  return stdout;
}
