import assert from 'node:assert/strict';
import { once } from 'node:events';
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Readable } from 'node:stream';
import { text } from 'node:stream/consumers';
import { describe, test } from 'node:test';
import { parse } from 'yaml';
import { readConfig } from '../../src/server/production/read-config.ts';
import { ensureBuilt, repository } from '../support/built-command.ts';
import { confined, whyNotConfined } from '../support/confined.ts';
import { imageEnvironment, imageInstructions, textOf, wordsOf } from '../support/dockerfile.ts';
import { freePort } from '../support/free-port.ts';
import { testDatabase } from '../support/postgres.ts';
import { writableAt } from '../support/writable-at.ts';

/** deploy/compose.yaml and the configuration beside it. */

interface Service {
  readonly image: string;
  readonly user?: string;
  readonly read_only: boolean;
  readonly cap_drop: readonly string[];
  readonly security_opt: readonly string[];
  readonly environment: Readonly<Record<string, string>>;
  readonly secrets: readonly string[];
  readonly volumes: readonly string[];
  readonly tmpfs: readonly string[];
  readonly ports?: readonly string[];
  readonly networks: readonly string[];
  readonly healthcheck?: { readonly test: readonly string[] };
  readonly depends_on?: Readonly<Record<string, { readonly condition: string }>>;
  readonly stop_grace_period: string;
}

interface Compose {
  readonly services: Readonly<Record<string, Service>>;
  readonly secrets: Readonly<Record<string, { readonly file: string }>>;
  readonly volumes: Readonly<Record<string, object>>;
  readonly networks: Readonly<Record<string, { readonly internal?: boolean }>>;
}

const folder = join(repository, 'deploy');
const compose: Compose = parse(readFileSync(join(folder, 'compose.yaml'), 'utf8'), { merge: true });
const { postgres, ...nodes } = compose.services;
const secrets: Readonly<Record<string, string>> = {
  'database-url': 'postgres://partner_auth:secret@postgres/partner_auth?sslmode=disable\n',
  'sealing-key': `${Buffer.alloc(32, 5).toString('base64')}\n`,
};

const configOf = ({ environment, volumes }: Service) => {
  const path = wordsOf(imageInstructions(), 'CMD').at(-1) ?? '';
  const mount = volumes.find((one) => one.split(':')[1] === path) ?? assert.fail(`${path} is not mounted`);
  return readConfig({
    text: readFileSync(join(folder, mount.split(':')[0] ?? ''), 'utf8'),
    fileName: path,
    variables: environment,
    readFile: (file) => secrets[file.replace('/run/secrets/', '')] ?? assert.fail(`${file} is no secret`),
  });
};

for (const [name, service] of Object.entries(compose.services)) {
  test(`${name} is confined, and everything it names is declared`, () => {
    assert.equal(service.read_only, true);
    assert.deepEqual(service.cap_drop, ['ALL']);
    assert.deepEqual(service.security_opt, ['no-new-privileges:true']);
    assert.notEqual((service.user ?? textOf(imageInstructions(), 'USER')).split(':')[0], '0');
    assert.match(service.image, /^(partner-auth|[a-z]+:[\w.-]+)$/);
    assert.equal(service.image.endsWith(':latest'), false);
    for (const secret of service.secrets) assert.ok(compose.secrets[secret], secret);
    for (const network of service.networks) assert.ok(compose.networks[network], network);
    for (const volume of service.volumes) {
      const source = volume.split(':')[0] ?? '';
      assert.ok(source.startsWith('./') ? existsSync(join(folder, source)) : source in compose.volumes, source);
    }
    const clear = Object.entries(service.environment).filter(([variable]) => /PASSWORD|KEY|URL|SECRET/.test(variable));
    for (const [variable, value] of clear) {
      assert.ok(variable.endsWith('_FILE'), variable);
      assert.ok(service.secrets.includes(value.replace('/run/secrets/', '')), value);
    }
  });
}

describe('the nodes', () => {
  for (const [name, service] of Object.entries(nodes)) {
    test(`${name}: its configuration is valid, and says what is mounted and published`, () => {
      const config = configOf(service);
      const port = textOf(imageInstructions(), 'EXPOSE');
      assert.deepEqual([config.listen.host, String(config.listen.port)], ['0.0.0.0', port]);
      assert.equal(new URL(imageEnvironment().HEALTH_URL ?? '').port, port);
      for (const published of service.ports ?? [])
        assert.match(published, new RegExp(`^127\\.0\\.0\\.1:\\d+:${port}$`));
      const writable = [...service.volumes, ...service.tmpfs].filter((one) => !one.endsWith(':ro'));
      const places = writable.map((one) => one.split(':').find((part) => part.startsWith('/')) ?? '');
      assert.ok(writableAt(config.audit.file ?? '', places), `${config.audit.file} can be written`);
      assert.ok(Number.parseInt(service.stop_grace_period, 10) >= config.drainSeconds + 5, 'longer than a drain');
      assert.deepEqual(service.depends_on, { postgres: { condition: 'service_healthy' } });
    });
  }

  test('both trust and seal alike, and are published apart', () => {
    const [one, other] = Object.values(nodes).map(configOf);
    assert.deepEqual(one, other);
    const ports = Object.values(nodes).flatMap((service) => service.ports ?? []);
    assert.equal(new Set(ports).size, 2);
  });
});

test('the database is reached by the nodes alone, and is asked whether it is well', () => {
  assert.ok(postgres?.healthcheck);
  assert.deepEqual([postgres.networks, postgres.ports], [['database'], undefined]);
  assert.equal(compose.networks.database?.internal, true);
});

test('what the secrets are in is never committed', () => {
  const ignored = readFileSync(join(repository, '.gitignore'), 'utf8').split('\n');
  for (const { file } of Object.values(compose.secrets)) assert.ok(file.startsWith('./secrets/'));
  assert.ok(ignored.includes('deploy/secrets/'));
});

const database = await testDatabase();
const reason = whyNotConfined() ?? (typeof database === 'string' ? database : undefined);

test('both nodes, as confined as there, are ready on one PostgreSQL and publish one key', {
  skip: reason ?? false,
}, async (t) => {
  if (typeof database === 'string') return;
  ensureBuilt();
  const image = imageInstructions();
  const place = confined({
    user: Number(textOf(image, 'USER').split(':')[0]),
    files: {
      '/etc/partner-auth/service.yaml': readFileSync(join(folder, 'service.yaml'), 'utf8'),
      '/run/secrets/database-url': `${await database.schemaUrl()}\n`,
      '/run/secrets/sealing-key': secrets['sealing-key'] ?? '',
    },
  });
  t.after(() => place.remove());
  const words = [...wordsOf(image, 'ENTRYPOINT'), ...wordsOf(image, 'CMD')];
  const published = await Promise.all(
    Object.values(nodes).map(async ({ environment }) => {
      const port = await freePort();
      const variables = { ...imageEnvironment(), ...environment, PARTNER_AUTH_SERVICE_LISTEN_PORT: String(port) };
      const child = place.start(words, variables);
      const stderr = text(child.stderr as Readable);
      await Promise.race([once(child.stdout as Readable, 'data'), once(child, 'exit')]);
      assert.equal(child.exitCode, null, child.exitCode === null ? '' : await stderr);
      assert.equal((await fetch(`http://127.0.0.1:${port}/readyz`)).status, 200);
      return (await fetch(`http://127.0.0.1:${port}/.well-known/jwks.json`)).text();
    }),
  );
  assert.equal(JSON.parse(published[0] ?? '').keys.length, 1);
  assert.equal(published[0], published[1]);
});
