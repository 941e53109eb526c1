// Which folder may import which: the table of the design. Imports are read as text, so a type import counts too.
import { readdirSync, readFileSync } from 'node:fs';
import { dirname, join, relative, resolve } from 'node:path';

const source = resolve(import.meta.dirname, '../src');

const mayImport: Readonly<Record<string, readonly string[]>> = {
  base: [],
  protocol: ['base'],
  jwt: ['base'],
  domain: ['base'],
  verify: ['jwt', 'protocol', 'base'],
  client: ['protocol', 'jwt', 'base'],
  store: ['domain/ports', 'base'],
  keys: ['domain', 'jwt', 'base'],
  http: ['base'],
  'token-service': ['http', 'protocol', 'jwt', 'verify', 'domain', 'base'],
  authority: ['http', 'protocol', 'jwt', 'verify', 'domain', 'base'],
  console: ['http', 'protocol', 'jwt', 'verify', 'domain', 'base'],
  sandbox: ['http', 'protocol', 'jwt', 'verify', 'domain', 'base'],
  server: [
    'token-service',
    'authority',
    'console',
    'sandbox',
    'store',
    'keys',
    'http',
    'protocol',
    'jwt',
    'verify',
    'domain',
    'base',
  ],
  cli: ['client', 'protocol', 'base'],
  testing: ['server', 'store/memory', 'client', 'base'],
  index: ['client'],
};

const tracing = ['server/production/tracing/'];

/** Third parties that enter through one door: the package, and the one place that may name it. */
const doors: Readonly<Record<string, readonly string[]>> = {
  jose: ['jwt/'],
  oauth4webapi: ['client/'],
  saxes: ['protocol/xml.ts'],
  'node:sqlite': ['store/sqlite/', 'client/stores/', 'cli/'],
  pg: ['store/postgres/', 'client/stores/'],
  '@opentelemetry/api': tracing,
  '@opentelemetry/core': tracing,
  '@opentelemetry/exporter-trace-otlp-http': tracing,
  '@opentelemetry/resources': tracing,
  '@opentelemetry/sdk-trace': tracing,
  '@napi-rs/keyring': ['cli/keyring.ts'],
};

/** The command loads the server only when it serves, and only there; its types cost nothing. */
const lazyServer = /^cli\/commands\/(serve|serve-welcome|serve-production|service-config|registry|keys)\.ts$/;

function violations(file: string): string[] {
  const path = relative(source, file);
  const folder = path.includes('/') ? (path.split('/')[0] ?? '') : path.replace('.ts', '');
  const allowed = mayImport[folder];
  if (!allowed) return [`${path}: the folder ${folder} is not in the table of tools/check-layers.ts`];
  const text = readFileSync(file, 'utf8');
  return [...text.matchAll(/(?:import type [^;]*?from|from|import\(|import)\s*'([^']+)'/g)].flatMap(
    ([whole, specifier = '']) => {
      if (!specifier.startsWith('.')) {
        const name = specifier
          .split('/')
          .slice(0, specifier.startsWith('@') ? 2 : 1)
          .join('/');
        const door = doors[specifier] ?? doors[name];
        return door && !door.some((place) => path.startsWith(place))
          ? [`${path}: ${specifier} enters through ${door.join(', ')}`]
          : [];
      }
      const target = relative(source, join(dirname(file), specifier));
      const own = target.startsWith(`${folder}/`) || target === path;
      const fits = allowed.some((layer) => target === `${layer}.ts` || target.startsWith(`${layer}/`));
      const lazy = lazyServer.test(path) && target.startsWith('server/') && /^import(\(| type )/.test(whole);
      return own || fits || lazy ? [] : [`${path}: ${folder} may not import ${target}`];
    },
  );
}

const files = readdirSync(source, { recursive: true, encoding: 'utf8' }).filter((name) => name.endsWith('.ts'));
const found = files.flatMap((name) => violations(join(source, name)));
for (const line of found) console.error(line);
console.log(
  found.length === 0 ? `layers: ${files.length} files keep to the table` : `layers: ${found.length} violations`,
);
process.exitCode = found.length === 0 ? 0 : 1;
