import assert from 'node:assert/strict';
import { spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { after, before, describe, test } from 'node:test';
import { systemClock } from '../../../src/base/clock.ts';
import { childEnvironment } from '../../../src/cli/run-child.ts';
import { applicationId, appToken, tenantId } from '../../client/wire.ts';
import { repository } from '../../support/built-command.ts';
import { cleanEnvironment, runChild } from '../../support/child.ts';
import { home } from '../home.ts';

/** The command as a process of its own, with the token of a profile from its store. */
const here = home({ after });
const bin = join(repository, 'src', 'cli', 'bin.ts');
const node = process.execPath;
const variables = {
  ...here.variables,
  PARTNER_AUTH_CLIENT_SECRET: 'CANARY-1',
  AZURE_CLIENT_SECRET: 'CANARY-2',
  AZURE_CLIENT_CERTIFICATE_PASSWORD: 'CANARY-3',
  PARTNER_AUTH_REFRESH_TOKEN: 'CANARY-4',
  PARTNER_AUTH_PASSWORD: 'CANARY-5',
  PARTNER_AUTH_ACCESS_TOKEN: 'CANARY-6',
  PARTNER_AUTH_CERTIFICATE_PASSWORD: 'CANARY-7',
  OTHER_SECRET: 'not ours',
};
const exec = (...args: readonly string[]) => runChild(node, [bin, 'exec', ...args], { variables });

before(async () => {
  const clock = { ...systemClock, set: () => {}, advance: () => {} };
  const who = ['--application-id', applicationId, '--tenant', 'contoso.com', '--client-secret-file', '-'];
  const { exitCode, stderr } = await here.run(['login', ...who], { stdin: 'secret-of-the-app', clock });
  assert.equal(exitCode, 0, stderr);
});

describe('the child', () => {
  test('finds the token in its environment, and none of our secrets', async () => {
    const { exitCode, stdout, stderr } = await exec('--', node, '-p', 'JSON.stringify(process.env)');
    assert.deepEqual([exitCode, stderr], [0, '']);
    const environment = JSON.parse(stdout);
    assert.equal(stdout.includes('CANARY'), false);
    assert.deepEqual(
      [
        environment.PARTNER_AUTH_ACCESS_TOKEN,
        environment.PARTNER_AUTH_TENANT,
        environment.OTHER_SECRET,
        environment.PARTNER_AUTH_KEY_FILE,
      ],
      [appToken, tenantId, 'not ours', variables.PARTNER_AUTH_KEY_FILE],
    );
    const left = Number(environment.PARTNER_AUTH_EXPIRES_ON) - Date.now() / 1000;
    assert.ok(left > 3000 && left <= 3600, String(left));
  });

  test('a passphrase does not go along, nor a secret in other letters', () => {
    const token = { accessToken: 'a', expires_on: 1, tenantId: null };
    assert.deepEqual(childEnvironment({ PARTNER_AUTH_PASSPHRASE: 'x', Azure_Client_Secret: 'y', PATH: 'z' }, token), {
      PATH: 'z',
      PARTNER_AUTH_ACCESS_TOKEN: 'a',
      PARTNER_AUTH_EXPIRES_ON: '1',
    });
  });

  test('row 16: has nothing on its command line but what was given', async () => {
    const { stdout } = await exec('--', node, '-p', 'JSON.stringify(process.argv.slice(1))', 'a', '--output', 'x y');
    assert.deepEqual(JSON.parse(stdout), ['a', '--output', 'x y']);
    if (process.platform !== 'linux') return;
    const show = "require('node:fs').readFileSync('/proc/self/cmdline', 'utf8')";
    assert.equal((await exec('--', node, '-p', show)).stdout.includes('eyJ'), false);
  });

  test('reads our input', () => {
    const echo = 'process.stdin.pipe(process.stdout)';
    const { stdout } = spawnSync(node, [bin, 'exec', '--', node, '-e', echo], {
      env: cleanEnvironment(variables),
      input: 'through',
      encoding: 'utf8',
    });
    assert.equal(stdout, 'through');
  });

  const ends: readonly (readonly [string, readonly string[], number])[] = [
    ['with its exit code', [node, '-e', 'process.exit(42)'], 42],
    ['by a signal: 128 and its number', [node, '-e', 'process.kill(process.pid, "SIGKILL")'], 137],
    ['not found: 127', ['no-such-command-at-all'], 127],
    ['not to be run: 126', [here.file('no-program', 'x', 0o600)], 126],
  ];
  for (const [name, command, code] of ends) {
    test(`ends ${name}`, async () => {
      const { exitCode, stdout } = await exec('--', ...command);
      assert.deepEqual([exitCode, stdout], [code, '']);
    });
  }

  for (const signal of ['SIGTERM', 'SIGINT', 'SIGHUP'] as const) {
    test(`gets our ${signal}, and says how it ends`, async () => {
      const handles = `process.on('${signal}', () => { console.log('got it'); process.exit(7); }); console.log('up'); setInterval(() => {}, 1000)`;
      const child = spawn(node, [bin, 'exec', '--', node, '-e', handles], {
        env: cleanEnvironment(variables),
        stdio: ['ignore', 'pipe', 'inherit'],
      });
      let stdout = '';
      child.stdout.setEncoding('utf8').on('data', (text: string) => {
        stdout += text;
        if (stdout === 'up\n') child.kill(signal);
      });
      const [code] = await once(child, 'close');
      assert.deepEqual([code, stdout], [7, 'up\ngot it\n']);
    });
  }
});

describe('what is no command of ours to run', () => {
  const cases: readonly (readonly [string, readonly string[]])[] = [
    ['nothing', []],
    ['nothing after --', ['--']],
    ['no --', ['printenv']],
    ['a word before --', ['printenv', '--', 'printenv']],
  ];
  for (const [name, args] of cases) {
    test(`${name}: exit 2`, async () => {
      const { exitCode, stdout, stderr } = await here.run(['exec', ...args]);
      assert.deepEqual([exitCode, stdout], [2, '']);
      assert.ok(stderr.startsWith('error: exec takes its command after --.'), stderr);
    });
  }

  test('no token: nothing is run', async () => {
    const marker = join(here.folder, 'ran');
    const args = ['exec', '--profile', 'nobody', '--', node, '-e', `require('node:fs').writeFileSync('${marker}', '')`];
    const { exitCode } = await here.run(args);
    assert.equal(exitCode, 3);
    assert.throws(() => readFileSync(marker), { code: 'ENOENT' });
  });

  test('row 19: a command’s name rewrites no screen', async () => {
    const { stderr } = await exec('--', 'no\u001b[2Jcommand');
    assert.equal(stderr, "error: The command 'no\\u001b[2Jcommand' was not found.\n");
  });
});
