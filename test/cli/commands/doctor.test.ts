import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { checks } from '../../../src/cli/doctor/index.ts';
import { applicationId, appToken } from '../../client/wire.ts';
import { partnerAuth, scratch } from '../command.ts';

/** Without the network; with it in test/flows/doctor.test.ts. */
const doctor = (...args: readonly string[]) => ['doctor', '--offline', ...args];

const names = [
  ...['runtime', 'environment', 'proxy', 'network', 'tls', 'clock', 'tenant', 'store', 'credentials', 'certificate'],
  ...['token', 'audience', 'kind', 'mfa', 'permissions', 'lifetime', 'partner-center', 'exchange'],
];

describe('doctor', () => {
  test('has its checks in their order', () => {
    assert.deepEqual(
      checks.map(({ name }) => name),
      names,
    );
  });

  test('with nothing: what can be said of this machine, and nothing is sent', async () => {
    const { exitCode, stdout, stderr, sent } = await partnerAuth(doctor());
    const { checks: results } = JSON.parse(stdout);
    assert.deepEqual([exitCode, stderr, sent], [0, '', []]);
    assert.deepEqual(
      results.map(({ name, state }: { name: string; state: string }) => [name, state]),
      names.map((name) => [name, ['runtime', 'environment', 'store'].includes(name) ? 'ok' : 'skipped']),
    );
    assert.deepEqual(Object.keys(results[0]), ['name', 'state', 'found', 'nextStep']);
  });

  test('row 17: a token that is given, looked at and not shown', async (context) => {
    const accessTokenFile = scratch(context).file('token.json', JSON.stringify({ accessToken: appToken }));
    for (const more of [[], ['--debug'], ['--verbose'], ['-o', 'table'], ['-o', 'yaml'], ['-o', 'tsv']]) {
      const { exitCode, stdout, stderr, sent } = await partnerAuth(
        doctor('--access-token-file', accessTokenFile, ...more),
      );
      assert.deepEqual([exitCode, sent], [0, []]);
      assert.equal(`${stdout}${stderr}`.includes(appToken.split('.')[1] ?? ''), false);
    }
  });

  test('--query, as with any result', async () => {
    const query = "checks[?name=='environment'].found";
    const { stdout } = await partnerAuth(doctor('--query', query, '-o', 'tsv'));
    assert.equal(stdout, 'AzureCloud (https://login.microsoftonline.com), by default.\n');
  });

  test('on a terminal: a line for each check, and progress that is gone at the end', async () => {
    const { stdout, stderr } = await partnerAuth(doctor(), { terminal: true, variables: { NO_COLOR: '1' } });
    const lines = stdout.split('\n');
    assert.deepEqual(
      lines.filter((line) => line.length > 80),
      [],
    );
    assert.ok(lines[0]?.startsWith('ok       runtime         Node.js '), lines[0]);
    assert.equal(lines.at(-2), '3 ok, 15 skipped');
    assert.ok(stderr.startsWith('\rchecking: 0 of 18 done\rchecking: 1 of 18 done'), stderr);
    assert.ok(stderr.endsWith('\rchecking: 18 of 18 done\r\u001b[K'), stderr);
    for (const option of ['--quiet', '--verbose']) {
      assert.equal((await partnerAuth(doctor(option), { terminal: true })).stderr, '');
    }
  });

  test('nobody is asked for a secret', async () => {
    const args = doctor('--application-id', applicationId, '--username', 'a@contoso.com', '-o', 'json');
    const { exitCode, stdout } = await partnerAuth(args, { terminal: true, prompted: 'secret' });
    const { checks: results } = JSON.parse(stdout);
    assert.equal(exitCode, 2);
    assert.equal(
      results.find(({ name }: { name: string }) => name === 'credentials').found,
      'The parameters complete no parameter set: Password lacks --password-file.',
    );
  });

  for (const option of ['--live', '--exchange']) {
    test(`--offline and ${option}: exit 2`, async () => {
      const { exitCode, stdout, stderr } = await partnerAuth(doctor(option));
      assert.deepEqual([exitCode, stdout, stderr], [2, '', `error: --offline does not go with ${option}.\n`]);
    });
  }
});
