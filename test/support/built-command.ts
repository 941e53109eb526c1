import { spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { type ChildOptions, type Ended, runChild } from './child.ts';

export const repository = join(import.meta.dirname, '..', '..');

/** The command as it is published. */
export const commandFile = join(repository, 'dist', 'cli', 'bin.js');

/** Builds when there is no build; `npm test` has built before. */
export function ensureBuilt(): void {
  if (existsSync(join(repository, 'dist', '.built'))) return;
  const { status } = spawnSync(process.execPath, ['tools/build.ts'], { cwd: repository, stdio: 'inherit' });
  if (status !== 0) throw new Error('the build failed');
}

export const partnerAuth = (args: readonly string[], options: ChildOptions = {}): Promise<Ended> =>
  runChild(process.execPath, [commandFile, ...args], options);
