// Runs under any Node.js from 20 on, before everything else: installs what is missing, so that a fresh clone needs no
// step of its own. npm scripts then find the repository's own runtime (the package `node`) first on their PATH.
import { spawnSync } from 'node:child_process';
import { existsSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

const root = fileURLToPath(new URL('..', import.meta.url));
const at = (path) => statSync(join(root, path), { throwIfNoEntry: false })?.mtimeMs ?? 0;
const runtime = () =>
  existsSync(join(root, 'node_modules/node/bin', process.platform === 'win32' ? 'node.exe' : 'node'));

function npm(...args) {
  const npmCli = process.env.npm_execpath;
  const [command, first] = npmCli ? [process.execPath, [npmCli]] : ['npm', []];
  const { status } = spawnSync(command, [...first, ...args], { cwd: root, stdio: ['ignore', 2, 2] });
  if (status !== 0) {
    console.error(`npm ${args.join(' ')} failed. Run it by hand to see why; the npm registry must be reachable.`);
    process.exit(status ?? 1);
  }
}

if (at('node_modules/.package-lock.json') < at('package-lock.json')) {
  console.error('Installing dependencies (once, about 20 seconds) …');
  npm('ci', '--no-audit', '--no-fund', '--loglevel=error');
}
if (!runtime()) npm('rebuild', 'node', '--loglevel=error');
if (!runtime()) {
  console.error(
    'The npm package "node" could not bring Node.js 24. Allow its install script: npm install-scripts approve node',
  );
  process.exit(7);
}
