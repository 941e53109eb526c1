import { join } from 'node:path';
import { repository } from '../support/built-command.ts';
import { runChild } from '../support/child.ts';
import type { ServedSandbox } from '../support/served-sandbox.ts';

/** The sandbox's fixed data, as the clients are configured with them. */
export const tenant = 'aaaabbbb-0000-cccc-1111-dddd2222eeee';
export const clientId = '00001111-aaaa-2222-bbbb-3333cccc4444';
export const clientSecret = 'TestClientAppSecret23456';
export const partnerCenter = 'https://api.partnercenter.microsoft.com';
export const partner = 'https://api.partner.microsoft.com';

/**
 * Runs one of the programs beside this file in a process that trusts the sandbox's authority: Node reads that variable
 * at its start. What the program prints is its result.
 */
export async function runClient(
  program: string,
  { url, caFile }: Pick<ServedSandbox, 'url' | 'caFile'>,
  ...args: readonly string[]
): Promise<Record<string, unknown>> {
  const { exitCode, stdout, stderr } = await runChild(
    process.execPath,
    [join(import.meta.dirname, program), url, ...args],
    { cwd: repository, variables: { NODE_EXTRA_CA_CERTS: caFile } },
  );
  if (exitCode !== 0) throw new Error(`${program} ended with ${exitCode}: ${stderr}`);
  return JSON.parse(stdout);
}
