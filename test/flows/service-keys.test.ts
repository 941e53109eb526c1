import assert from 'node:assert/strict';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, test } from 'node:test';
import { readConfig, startProduction } from '../../src/server/index.ts';
import { createLog } from '../../src/server/log.ts';
import { partnerAuth } from '../cli/command.ts';
import { assertWithin } from '../support/times.ts';
import { until } from '../support/until.ts';

/** What the command does to the keys, and what a node that runs publishes of it. */

const folder = mkdtempSync(join(tmpdir(), 'partner-auth-keys-'));
const file = join(folder, 'service.yaml');
const text = JSON.stringify({
  issuer: 'https://tokens.example.com',
  listen: { port: 0 },
  storage: { sqliteFile: join(folder, 'records.sqlite') },
  keys: { sealingKey: Buffer.alloc(32, 9).toString('base64'), algorithm: 'ES256' },
  trustedIssuers: [{ cloud: 'AzureCloud' }],
});
writeFileSync(file, text);
const config = readConfig({ text, fileName: 'service.yaml', variables: {}, readFile: () => '' });
const node = await startProduction({ config, readFile: () => '', log: createLog('silent') });
after(async () => {
  await node.close();
  rmSync(folder, { recursive: true });
});

interface Key {
  readonly kid: string;
  readonly standing: string;
}

async function keys(...words: string[]) {
  const { exitCode, stdout, stderr } = await partnerAuth(['keys', ...words, '--config', file, '--output', 'json']);
  return { exitCode, stderr, answer: stdout === '' ? undefined : JSON.parse(stdout) };
}

const listed = async () => ((await keys('list')).answer as readonly Key[]).map(({ kid, standing }) => [kid, standing]);

async function published(): Promise<readonly string[]> {
  const { keys: set } = (await (await fetch(`http://127.0.0.1:${node.port}/.well-known/jwks.json`)).json()) as {
    keys: readonly Record<string, string>[];
  };
  for (const key of set) for (const name of ['d', 'p', 'q', 'k']) assert.equal(key[name], undefined);
  return set.map(({ kid = '' }) => kid);
}

async function untilPublished(wanted: readonly string[]): Promise<void> {
  const seconds = await until(`${wanted}`, async () => (await published()).join() === wanted.join());
  assertWithin(10, seconds);
}

test('rows 56, 58, 59: rotate, list and remove, known to a running node within ten seconds', async () => {
  const [first = ''] = await published();
  assert.deepEqual(await listed(), [[first, 'current']]);
  const { answer: made } = await keys('rotate');
  assert.equal(made.standing, 'next');
  assert.ok(new Date(made.signsFrom) > new Date(Date.now() + 3600_000));
  await untilPublished([first, made.kid]);
  assert.deepEqual(await listed(), [
    [first, 'current'],
    [made.kid, 'next'],
  ]);
  assert.deepEqual((await keys('remove', first)).answer, { removed: first });
  await untilPublished([made.kid]);
  assert.deepEqual(await listed(), [[made.kid, 'current']]);
});

test('wrong words', async () => {
  for (const [words, exitCode, said] of [
    [['turn'], 2, /keys cannot turn/],
    [['toString'], 2, /keys cannot toString/],
    [['remove'], 2, /Give the key to remove/],
    [['remove', 'nobody'], 3, /There is no key of this name/],
  ] as const) {
    const answer = await keys(...words);
    assert.equal(answer.exitCode, exitCode);
    assert.match(answer.stderr, said);
  }
});

test('another sealing key is said, and opens nothing', async () => {
  const other = join(folder, 'other.yaml');
  writeFileSync(other, text.replace(Buffer.alloc(32, 9).toString('base64'), Buffer.alloc(32, 8).toString('base64')));
  const { exitCode, stderr } = await partnerAuth(['keys', 'list', '--config', other]);
  assert.equal(exitCode, 7);
  assert.match(stderr, /cannot be opened: its sealing key is another/);
});
