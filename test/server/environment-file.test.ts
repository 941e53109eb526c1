import assert from 'node:assert/strict';
import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, test } from 'node:test';
import { startSandbox } from '../../src/server/index.ts';

const dataFolder = mkdtempSync(join(tmpdir(), 'partner-auth-word-'));
after(() => rmSync(dataFolder, { recursive: true }));
const file = join(dataFolder, 'environment.json');
const start = (announce?: boolean) =>
  startSandbox({ dataFolder, port: 0, http: true, ephemeral: true, ...(announce === undefined ? {} : { announce }) });

test('a sandbox that stops takes back its own word, and no other’s', async () => {
  const first = await start();
  const second = await start();
  await first.close();
  assert.equal(JSON.parse(readFileSync(file, 'utf8')).url, second.url);
  await second.close();
  assert.equal(existsSync(file), false);
});

test('a sandbox that is not announced leaves the word of the one that serves', async () => {
  const serving = await start();
  const passing = await start(false);
  assert.equal(JSON.parse(readFileSync(file, 'utf8')).url, serving.url);
  await passing.close();
  assert.equal(JSON.parse(readFileSync(file, 'utf8')).url, serving.url);
  await serving.close();
});
