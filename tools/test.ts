// `npm test`: every test under test/, or those named on the command line.
import { spawnSync } from 'node:child_process';
import { globSync } from 'node:fs';
import { join } from 'node:path';

const root = join(import.meta.dirname, '..');
const named = process.argv.slice(2);
const files = named.length > 0 ? named : globSync('test/**/*.test.ts', { cwd: root }).sort();
const { NODE_EXTRA_CA_CERTS: _, ...environment } = process.env;

const { status } = spawnSync(process.execPath, ['--test', '--test-concurrency=2', '--test-timeout=120000', ...files], {
  cwd: root,
  stdio: 'inherit',
  // The tests trust what they make themselves; a machine's extra authorities only slow every start.
  env: environment,
});
process.exitCode = status ?? 1;
