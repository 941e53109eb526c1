// `npm run check`: formatter and linter, types, layers, the package as it would be published. Each prints one line when well.
import { spawnSync } from 'node:child_process';
import { join } from 'node:path';

const root = join(import.meta.dirname, '..');
const checks: readonly (readonly [name: string, command: string, ...args: string[]])[] = [
  ['format and lint', 'biome', 'check', '.'],
  ['types', 'tsc', '-p', 'tsconfig.json'],
  ['layers', 'node', 'tools/check-layers.ts'],
  ['documents', 'node', 'tools/print-docs.ts', '--check'],
  ['package', 'node', 'tools/check-package.ts'],
];

let failed = false;
for (const [name, command, ...args] of checks) {
  const { status, stdout, stderr } = spawnSync(command, args, { cwd: root, encoding: 'utf8' });
  console.log(`${status === 0 ? 'ok    ' : 'FAILED'} ${name}`);
  if (status !== 0) {
    failed = true;
    console.error(stdout + stderr);
  }
}
process.exitCode = failed ? 1 : 0;
