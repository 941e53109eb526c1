import assert from 'node:assert/strict';
import { globSync, readFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import { after, before, describe, test } from 'node:test';
import { repository } from '../support/built-command.ts';
import { runChild } from '../support/child.ts';
import { type ServedSandbox, scratchFolder, serveSandbox } from '../support/served-sandbox.ts';

/**
 * The examples run as they are, importing the package by its name: what they get is what is published. Their types are
 * checked with everything else.
 */
let sandbox: ServedSandbox;
const folder = scratchFolder();

before(async () => {
  sandbox = await serveSandbox(folder, ['--proxy', '0']);
});

after(() => sandbox.stop());

const said: Readonly<Record<string, RegExp>> = {
  'first-token.ts': /^A token of \d+ characters, until \d{4}-\d\d-\d\dT\S+Z\n$/,
  'exchange.ts': /^ms-requestid [0-9a-f-]{36}: until \S+Z\nthe same again: true, replayed: true\n$/,
  'proxy.ts': /^Through 127\.0\.0\.1:\d+: a token until \S+Z\n$/,
  'testing.ts': /a token is kept until shortly before it ends/,
};

const run = (name: string, variables: Record<string, string>) =>
  runChild(process.execPath, [join(repository, 'examples', name)], { cwd: repository, variables });

/** The last ones are for the example that has the service's own addresses. */
const placesOf = ({ environmentFile, caFile, proxyUrl = '' }: ServedSandbox) => ({
  PARTNER_AUTH_ENVIRONMENT_FILE: environmentFile,
  HTTPS_PROXY: proxyUrl,
  NODE_EXTRA_CA_CERTS: caFile,
});

describe('examples', () => {
  const names = globSync('*.ts', { cwd: join(repository, 'examples') }).sort();

  test('each is here to be run, short, and imports the package by its name alone', () => {
    assert.deepEqual(names, Object.keys(said).sort());
    for (const name of names) {
      const text = readFileSync(join(repository, 'examples', name), 'utf8');
      assert.ok(text.split('\n').length <= 36, name);
      const imported = [...text.matchAll(/from '([^']+)'/g)].map(([, specifier = '']) => specifier);
      assert.deepEqual(
        imported.filter((specifier) => !/^(node:|partner-auth(\/|$))/.test(specifier)),
        [],
        basename(name),
      );
    }
  });

  for (const [name, expected] of Object.entries(said)) {
    test(`${name} runs`, async () => {
      const { exitCode, stdout, stderr } = await run(name, placesOf(sandbox));
      assert.deepEqual([exitCode, stderr], [0, ''], stdout);
      assert.match(stdout, expected);
    });
  }

  test('first-token.ts without a sandbox says what to start, and fails', async () => {
    const { exitCode, stdout, stderr } = await run('first-token.ts', {
      PARTNER_AUTH_ENVIRONMENT_FILE: join(folder, 'nowhere.json'),
    });
    assert.deepEqual([exitCode, stdout], [1, '']);
    assert.ok(stderr.startsWith('sandbox_not_found: ') && stderr.includes('partner-auth serve sandbox'), stderr);
  });
});
