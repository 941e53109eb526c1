import assert from 'node:assert/strict';
import { type ChildProcess, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { after, before, describe, test } from 'node:test';
import { ensureBuilt, repository } from '../support/built-command.ts';
import { type Confined, confined, firstProcess, whyNotConfined } from '../support/confined.ts';
import { dockerfileStages, imageEnvironment, imageInstructions, textOf, wordsOf } from '../support/dockerfile.ts';
import { freePort } from '../support/free-port.ts';
import { until } from '../support/until.ts';

/** The image of deploy/Dockerfile: what it says, and what it runs, as an engine would run it. */

const manifest = JSON.parse(readFileSync(join(repository, 'package.json'), 'utf8'));
const image = imageInstructions();
const uid = Number(textOf(image, 'USER').split(':')[0]);

describe('the Dockerfile', () => {
  test('every stage is of the Node.js the tests run with', () => {
    const tags = dockerfileStages().map((stage) => textOf(stage, 'FROM').split(' ')[0]);
    assert.deepEqual([...new Set(tags)], [`node:${manifest.devDependencies.node}-bookworm-slim`]);
  });

  test('it runs as a user of its own by number, and what it runs no shell stands before', () => {
    assert.match(textOf(image, 'USER'), /^[1-9]\d*:[1-9]\d*$/);
    assert.deepEqual(wordsOf(image, 'ENTRYPOINT'), ['node', `/app/${manifest.bin['partner-auth']}`]);
    assert.equal(wordsOf(image, 'HEALTHCHECK')[0], 'node');
  });

  test('the image gets files of the build alone; what the build copies is there and is let in', () => {
    const copies = dockerfileStages().map((stage) => stage.filter(({ name }) => name === 'COPY' || name === 'ADD'));
    assert.deepEqual(
      copies[1]?.map(({ text }) => text),
      ['--from=build /package /app'],
    );
    const sources = (copies[0] ?? []).flatMap(({ text }) => text.split(' ').slice(0, -1));
    const ignored = readFileSync(join(repository, '.dockerignore'), 'utf8').split('\n').slice(1).filter(Boolean);
    assert.equal(ignored[0], '*');
    const letIn = ignored.slice(1).map((line) => line.replace('!', ''));
    for (const path of [...sources, ...letIn]) assert.ok(existsSync(join(repository, path)), path);
    for (const path of sources.filter((source) => source !== '.')) assert.ok(letIn.includes(path), path);
    const published = manifest.files.filter((path: string) => !path.includes('dist'));
    for (const path of ['src', 'tools', 'LICENSE', 'README.md', ...published]) {
      assert.ok(letIn.includes(path), `${path} is published`);
    }
  });
});

const reason = whyNotConfined();

describe('the image’s command, confined as a container', { skip: reason ?? false }, () => {
  let port: number;
  let place: Confined;
  let child: ChildProcess;
  let said = '';
  const health = () =>
    spawnSync(process.execPath, wordsOf(image, 'HEALTHCHECK').slice(1), {
      env: { ...imageEnvironment(), HEALTH_URL: imageEnvironment().HEALTH_URL?.replace('8443', String(port)) },
    }).status;

  before(async () => {
    ensureBuilt();
    port = await freePort();
    const config = {
      issuer: 'https://tokens.example.com',
      listen: { port },
      storage: { sqliteFile: '/data/records.sqlite' },
      keys: { sealingKeyFile: '/run/secrets/sealing-key' },
      trustedIssuers: [{ cloud: 'AzureCloud' }],
      audit: { file: '/data/audit.jsonl' },
    };
    const sealingKey = `${Buffer.alloc(32, 5).toString('base64')}\n`;
    place = confined({
      user: uid,
      files: { '/etc/partner-auth/service.yaml': JSON.stringify(config), '/run/secrets/sealing-key': sealingKey },
    });
    child = place.start([...wordsOf(image, 'ENTRYPOINT'), ...wordsOf(image, 'CMD')], imageEnvironment());
    for (const stream of [child.stdout, child.stderr]) stream?.on('data', (text) => (said += text));
    await until('its first line', () => said.includes('listens on') || child.exitCode !== null);
  });
  after(() => place.remove());

  test('it starts without root, capabilities, or a file it may write but its own data, and is well', async () => {
    assert.ok(said.includes('listens on'), said);
    const status = readFileSync(`/proc/${firstProcess(child)}/status`, 'utf8');
    const line = (name: string) => new RegExp(`^${name}:\\s+(.*)$`, 'm').exec(status)?.[1];
    assert.equal(line('Uid'), [uid, uid, uid, uid].join('\t'));
    assert.deepEqual(
      [line('CapBnd'), line('NoNewPrivs'), line('NSpid')?.split('\t').at(-1)],
      ['0'.repeat(16), '1', '1'],
    );
    const paths = ['/livez', '/readyz', '/.well-known/jwks.json'];
    const answers = await Promise.all(paths.map((path) => fetch(`http://127.0.0.1:${port}${path}`)));
    assert.deepEqual(
      answers.map((answer) => answer.status),
      [200, 200, 200],
    );
    assert.equal(health(), 0);
  });

  test('SIGTERM reaches it as the first process, and it ends well; then it is not well', async () => {
    const ended = once(child, 'exit');
    process.kill(firstProcess(child), 'SIGTERM');
    const [code] = await ended;
    assert.equal(code, 0, said);
    assert.equal(health(), 1);
  });
});
