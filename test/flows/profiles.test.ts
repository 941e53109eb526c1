import assert from 'node:assert/strict';
import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { after, before, describe, test } from 'node:test';
import { trustingFetch } from '../../src/index.ts';
import { tokenParts } from '../support/answer.ts';
import { ensureBuilt, partnerAuth } from '../support/built-command.ts';
import type { Ended } from '../support/child.ts';
import { type ServedSandbox, scratchFolder, serveSandbox } from '../support/served-sandbox.ts';

/** Named profiles with the built command and no terminal: signed in once, then a scheduler's and a script's calls. */
const application = '00001111-aaaa-2222-bbbb-3333cccc4444';
const secret = 'TestClientAppSecret23456';
const password = 'PCTestPassword@123';

ensureBuilt();

for (const mode of ['entra', 'strict'] as const) {
  describe(`in ${mode} mode`, () => {
    const folder = scratchFolder();
    const keyFile = join(folder, 'key');
    const canaries = new Set([secret, password]);
    // By RFC 6749 section 6 a refresh token is good for what it was given for; Entra's is for every resource.
    const resource = mode === 'entra' ? 'graph' : 'partner';
    let sandbox: ServedSandbox;

    before(async () => {
      writeFileSync(keyFile, Buffer.alloc(32, 7).toString('base64'), { mode: 0o600 });
      sandbox = await serveSandbox(join(folder, 'data'), ['--mode', mode]);
    });
    after(() => sandbox.stop());

    const run = (args: readonly string[], stdin = '', variables: Record<string, string> = {}): Promise<Ended> =>
      partnerAuth(args, {
        cwd: folder,
        stdin,
        variables: {
          HOME: join(folder, 'home'),
          XDG_STATE_HOME: join(folder, 'home', 'state'),
          XDG_CONFIG_HOME: join(folder, 'home', 'config'),
          PARTNER_AUTH_KEY_FILE: keyFile,
          PARTNER_AUTH_ENVIRONMENT_FILE: sandbox.environmentFile,
          ...variables,
        },
      });

    const succeeded = async (args: readonly string[], stdin?: string) => {
      const { exitCode, stdout, stderr } = await run(args, stdin);
      assert.equal(exitCode, 0, stderr);
      for (const canary of canaries) assert.equal(stderr.includes(canary), false, args.join(' '));
      return JSON.parse(stdout);
    };

    /** A token's text is a canary from then on. */
    const token = async (args: readonly string[] = [], stdin?: string) => {
      const result = await succeeded(['token', ...args], stdin);
      for (const text of [result.accessToken, result.refreshToken, result.idToken]) if (text) canaries.add(text);
      return result;
    };

    const age = async (days: number) => {
      const response = await trustingFetch(readFileSync(sandbox.caFile, 'utf8'))(
        `${sandbox.url}/sandbox/refresh-tokens/age`,
        {
          method: 'POST',
          headers: { 'content-type': 'application/json' },
          body: JSON.stringify({ user: 'john.doe@contoso.com', days }),
        },
      );
      assert.equal(response.status, 200);
    };

    const who = ['--environment', 'Sandbox', '--application-id', application, '--client-secret-file', '-'];

    test('an application signs in once, and nothing needs an option after that', async () => {
      const login = await succeeded(['login', '--profile', 'nightly', '--tenant', 'contoso.com', ...who], secret);
      assert.deepEqual([login.profile, login.current, login.signsInAs], ['nightly', true, 'application']);
      assert.equal((await token()).fromCache, true);
      assert.equal((await token(['--force-refresh'])).fromCache, false);
      const exchanged = await succeeded(['exchange']);
      assert.equal(tokenParts(exchanged.accessToken).claims.iss, sandbox.url);
      canaries.add(exchanged.accessToken);
    });

    test('a user’s refresh token from elsewhere becomes the sign-in of a profile', async () => {
      const secretFile = join(folder, 'secret.txt');
      writeFileSync(secretFile, secret, { mode: 0o600 });
      const id = ['--environment', 'Sandbox', '--application-id', application, '--client-secret-file', secretFile];
      const scopes = ['--tenant', 'contoso.com', '--scopes', 'https://api.partner.microsoft.com/user_impersonation'];
      const john = ['--username', 'john.doe@contoso.com', '--password-file', '-', ...scopes];
      const { refreshToken } = await token([...id, ...john], password);
      const login = await succeeded(
        [
          'login',
          '--profile',
          'john',
          '--use',
          ...id,
          '--tenant',
          'contoso.com',
          '--resource',
          resource,
          '--refresh-token-file',
          '-',
        ],
        refreshToken,
      );
      assert.deepEqual(
        [login.account, login.current, login.daysLeftAtMost >= 89, JSON.stringify(login).includes(refreshToken)],
        ['john.doe@contoso.com', true, true, false],
      );
      const first = await token();
      assert.deepEqual([first.fromCache, first.account.username], [true, 'john.doe@contoso.com']);
      assert.notEqual(first.refreshToken, refreshToken);
      const [status] = await succeeded(['status', '--warn-days', '14']);
      assert.deepEqual([status.profile, status.signInNeeded, status.mfa], ['john', false, false]);
      const other = await token(['--resource', 'partner']);
      assert.equal(other.resource, 'https://api.partner.microsoft.com');
      assert.equal((await run(['status', '--warn-days', '100'])).exitCode, 8);
    });

    test('complaints 9 and 14: a scheduler renews every 80 days, for as long as it likes', async () => {
      for (let round = 0; round < 3; round++) {
        const before = await token();
        await age(80);
        const [renewal] = await succeeded(['renew', '--all']);
        assert.deepEqual([renewal.profile, renewal.renewed, renewal.error], ['john', true, null]);
        const { refreshToken, fromCache } = await token();
        assert.deepEqual([fromCache, refreshToken === before.refreshToken], [true, false]);
      }
    });

    test('rows 10 and 11: a scheduler’s run beside others', async () => {
      const runs = [
        ['renew'],
        ['token', '--force-refresh'],
        ['renew', '--all'],
        ['token', '--resource', 'partner', '--force-refresh'],
      ];
      const ended = await Promise.all(runs.map((args) => run(args)));
      assert.deepEqual(
        ended.map(({ exitCode }) => exitCode),
        [0, 0, 0, 0],
        ended.map(({ stderr }) => stderr).join(''),
      );
      assert.equal((await run(['renew'])).exitCode, 0);
    });

    test('exec: the token for one command', async () => {
      const { exitCode, stdout, stderr } = await run(
        ['exec', '--profile', 'nightly', '--', process.execPath, '-p', 'process.env.PARTNER_AUTH_ACCESS_TOKEN'],
        '',
        { AZURE_CLIENT_SECRET: 'unused' },
      );
      assert.equal(exitCode, 0, stderr);
      assert.equal(tokenParts(stdout.trim()).claims.appid, application);
    });

    test('a sign-in that has ended: exit 4 from renew, 8 from status, 4 from token', async () => {
      await age(91);
      const renewal = await run(['renew']);
      assert.deepEqual([renewal.exitCode, JSON.parse(renewal.stdout)[0].error.code], [4, 'sign_in_needed']);
      assert.ok(renewal.stderr.includes('AADSTS700082'), renewal.stderr);
      const status = await run(['status']);
      assert.deepEqual([status.exitCode, JSON.parse(status.stdout)[0].signInNeeded], [8, true]);
      assert.equal((await run(['token', '--force-refresh'])).exitCode, 4);
      assert.equal((await run(['renew', '--profile', 'nightly'])).exitCode, 3);
    });

    test('row 36: after the log-out, with the sandbox gone, no file holds a canary', async () => {
      const profiles = readFileSync(join(folder, 'home', 'config', 'partner-auth', 'profiles.json'), 'utf8');
      for (const canary of canaries) assert.equal(profiles.includes(canary), false);
      await sandbox.stop();
      const removed = await succeeded(['logout', '--all']);
      assert.deepEqual([removed.profiles, removed.signIns, removed.secrets], [['nightly', 'john'], 1, 2]);
      const { exitCode, stdout } = await run(['status', '--all']);
      assert.deepEqual([exitCode, stdout], [3, '']);
      assert.ok(canaries.size > 8);
      const places = readdirSync(join(folder, 'home'), { recursive: true, withFileTypes: true });
      for (const file of places.filter((entry) => entry.isFile())) {
        const bytes = readFileSync(join(file.parentPath, file.name));
        for (const canary of canaries) assert.equal(bytes.includes(canary), false, file.name);
      }
    });
  });
}
