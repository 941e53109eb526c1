// Builds dist/: the library unbundled by tsc, then the command and the server as bundles over it, with everything inside
// but the two packages the published one depends on.
import { spawnSync } from 'node:child_process';
import { chmodSync, existsSync, readdirSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { type BuildOptions, build } from 'esbuild';
import { bundleDispatcher } from './bundle-dispatcher.ts';
import { collectLicences } from './licences.ts';

const root = join(import.meta.dirname, '..');
const dist = join(root, 'dist');
const stamp = join(dist, '.built');

const newest = (folder: string): number =>
  Math.max(
    0,
    ...readdirSync(folder, { recursive: true, encoding: 'utf8' }).map((name) => statSync(join(folder, name)).mtimeMs),
  );

const inputs = [
  ...['src', 'tools'].map((name) => newest(join(root, name))),
  statSync(join(root, 'package-lock.json')).mtimeMs,
];
const upToDate = existsSync(stamp) && statSync(stamp).mtimeMs > Math.max(...inputs);

const common: BuildOptions = {
  absWorkingDir: root,
  bundle: true,
  platform: 'node',
  target: 'node22',
  format: 'esm',
  outdir: 'dist',
  outbase: 'src',
  allowOverwrite: true,
  legalComments: 'none',
  external: ['jose', 'oauth4webapi', '@napi-rs/keyring'],
  // Bundled CommonJS packages still call require for node: modules.
  banner: { js: "import { createRequire as _require } from 'node:module'; const require = _require(import.meta.url);" },
  metafile: true,
  logLevel: 'warning',
};

async function bundle(): Promise<void> {
  // The dispatcher is one file of its own: it must load nothing but node: modules.
  await bundleDispatcher(join(dist, 'cli/bin.js'));
  // The XML reader of the library carries its parser inside.
  const xml = await build({ ...common, banner: {}, entryPoints: ['src/protocol/xml.ts'] });
  const { metafile } = await build({
    ...common,
    entryPoints: ['src/cli/main.ts', 'src/server/index.ts', 'src/testing/index.ts', 'src/store/sqlite/worker.ts'],
    splitting: true,
    chunkNames: 'chunks/[name]-[hash]',
  });
  const inside = [...Object.keys(metafile?.inputs ?? {}), ...Object.keys(xml.metafile?.inputs ?? {})];
  writeFileSync(join(dist, 'THIRD-PARTY-LICENCES.txt'), collectLicences(root, inside));
}

if (!upToDate) {
  rmSync(dist, { recursive: true, force: true });
  const { status, stdout } = spawnSync('tsc', ['-p', 'tsconfig.build.json'], { cwd: root, encoding: 'utf8' });
  if (status !== 0) {
    console.error(stdout);
    process.exit(1);
  }
  await bundle();
  chmodSync(join(dist, 'cli/bin.js'), 0o755);
  const schema = spawnSync('node', ['tools/seed-schema.ts'], { cwd: root, encoding: 'utf8' });
  writeFileSync(join(dist, 'seed.schema.json'), schema.stdout);
  const page = spawnSync('node', ['tools/man-page.ts'], { cwd: root, encoding: 'utf8' });
  writeFileSync(join(dist, 'partner-auth.1'), page.stdout);
  writeFileSync(stamp, '');
}
