// The package as it would be published: every export and bin is there, nothing of the sources or tests is, it depends on
// two packages, every document its messages name is there, and nothing it installs runs a script.
import { spawnSync } from 'node:child_process';
import { existsSync, globSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

const root = join(import.meta.dirname, '..');
const manifest = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8'));
const lock = JSON.parse(readFileSync(join(root, 'package-lock.json'), 'utf8'));
const problems: string[] = [];

spawnSync('node', ['tools/build.ts'], { cwd: root, stdio: 'inherit' });
const packed = JSON.parse(
  spawnSync('npm', ['pack', '--dry-run', '--json', '--ignore-scripts', '--loglevel=error'], {
    cwd: root,
    encoding: 'utf8',
  }).stdout,
);
const [{ files }] = Array.isArray(packed) ? packed : Object.values(packed);
const names = new Set<string>(files.map((file: { path: string }) => file.path));

for (const target of [
  ...Object.values<string>(manifest.exports),
  ...Object.values<string>(manifest.bin),
  manifest.man,
]) {
  const path = target.replace('./', '');
  if (!existsSync(join(root, path)) || !names.has(path)) problems.push(`${path} is promised and not packed`);
}
for (const name of names) {
  if (/^(src|test|tools|bench)\//.test(name)) problems.push(`${name} would be published`);
}
// A message that leads to a document leads nowhere where the document is not.
const sources = globSync('src/**/*.ts', { cwd: root }).map((path) => readFileSync(join(root, path), 'utf8'));
for (const name of new Set(sources.flatMap((text) => text.match(/docs\/[\w-]+\.md/g) ?? []))) {
  if (!names.has(name)) problems.push(`${name} is named by the command and not packed`);
}
const dependencies = Object.keys(manifest.dependencies).join(' ');
if (dependencies !== 'jose oauth4webapi') problems.push(`the package depends on ${dependencies}`);
for (const name of Object.keys(manifest.dependencies)) {
  if (lock.packages[`node_modules/${name}`]?.hasInstallScript) problems.push(`${name} has an install script`);
}

for (const problem of problems) console.error(problem);
process.exitCode = problems.length > 0 ? 1 : 0;
