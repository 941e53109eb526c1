import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdirSync, readFileSync, truncateSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { after, before, describe, test } from 'node:test';
import { trustingFetch } from '../../src/index.ts';
import { commandFile, ensureBuilt, partnerAuth } from '../support/built-command.ts';
import { cleanEnvironment, type Ended, runChild } from '../support/child.ts';
import { customerSeed } from '../support/customer-seed.ts';
import { missingProgram } from '../support/debian-program.ts';
import { type ServedSandbox, scratchFolder, serveSandbox } from '../support/served-sandbox.ts';

/** A partner's night job: the built command against a served sandbox with hundreds of customers. */
const { seed, tenants, expired, notConsented } = customerSeed(300);
const application = '00001111-aaaa-2222-bbbb-3333cccc4444';

const folder = scratchFolder();
const secretFile = join(folder, 'secret.txt');
const tenantsFile = join(folder, 'tenants.txt');
const seedFile = join(folder, 'seed.json');
const wrong = join(folder, 'wrong.txt');
const who = [
  'fan-out',
  '--environment',
  'Sandbox',
  '--application-id',
  application,
  '--client-secret-file',
  secretFile,
];
const list = ['--tenants-file', tenantsFile];

before(() => {
  ensureBuilt();
  writeFileSync(secretFile, 'TestClientAppSecret23456', { mode: 0o600 });
  writeFileSync(wrong, 'not-the-secret-at-all', { mode: 0o600 });
  writeFileSync(tenantsFile, `# customers\n${tenants.join('\n')}\n`);
  writeFileSync(seedFile, JSON.stringify(seed));
});

interface Result {
  readonly tenant: string;
  readonly ok: boolean;
  readonly accessToken?: string;
  readonly refreshToken?: string | null;
  readonly tenantId?: string;
  readonly error?: { readonly code: string };
}

const resultsIn = (text: string): Result[] =>
  text
    .split('\n')
    .filter((line) => line.endsWith('}'))
    .map((line) => JSON.parse(line));

const wordsOf = (args: readonly string[]): string => args.map((word) => `'${word}'`).join(' ');

for (const mode of ['entra', 'strict'] as const) {
  describe(mode, () => {
    let sandbox: ServedSandbox;
    before(async () => {
      sandbox = await serveSandbox(join(folder, `data-${mode}`), ['--mode', mode, '--seed', seedFile]);
    });
    after(() => sandbox.stop());

    const variables = (): Record<string, string> => ({
      HOME: folder,
      XDG_STATE_HOME: join(folder, 'state'),
      PARTNER_AUTH_ENVIRONMENT_FILE: sandbox.environmentFile,
    });
    const run = (args: readonly string[], stdin?: string): Promise<Ended> =>
      partnerAuth(args, { cwd: folder, variables: variables(), ...(stdin === undefined ? {} : { stdin }) });
    /** As it is typed into a shell. */
    const shell = (command: string): Promise<Ended> =>
      runChild('/bin/sh', ['-c', command], { cwd: folder, variables: variables() });
    const typed = (args: readonly string[]) => wordsOf([process.execPath, commandFile, ...args]);
    const fault = (order: object) => control('POST', '/faults', order);
    const control = async (method: string, path: string, body?: object) => {
      const response = await trustingFetch(readFileSync(sandbox.caFile, 'utf8'))(`${sandbox.url}/sandbox${path}`, {
        method,
        ...(body ? { headers: { 'content-type': 'application/json' }, body: JSON.stringify(body) } : {}),
      });
      assert.equal(response.status, 200, await response.clone().text());
      return response.json();
    };

    test('as the application: every customer’s tenant once, each token its own', async () => {
      const { exitCode, stdout, stderr } = await run([...who, ...list]);
      assert.equal(exitCode, 0, stderr);
      const results = resultsIn(stdout);
      assert.deepEqual(results.map(({ tenant }) => tenant).toSorted(), tenants.toSorted());
      assert.ok(results.every(({ ok, tenant, tenantId }) => ok && tenantId === tenant));
      assert.equal(new Set(results.map(({ accessToken }) => accessToken)).size, tenants.length);
      assert.equal(stderr.startsWith('fan-out: 300 ok, 0 failed, in '), true, stderr);
    });

    test('as a user: one refresh token for all, between tenants that refuse', async () => {
      const password = ['--username', 'john.doe@contoso.com', '--password-file', '-', '--tenant', 'contoso.com'];
      const graph = ['--scopes', 'https://graph.microsoft.com/.default'];
      const signIn = await run(['token', ...who.slice(1), ...password, ...graph], 'PCTestPassword@123');
      assert.equal(signIn.exitCode, 0, signIn.stderr);
      const refreshFile = join(folder, `refresh-${mode}.txt`);
      writeFileSync(refreshFile, JSON.parse(signIn.stdout).refreshToken, { mode: 0o600 });
      const all = [...tenants.slice(0, 50), expired, notConsented, 'nobody.example', ...tenants.slice(50, 100)];
      const args = [...who, '--refresh-token-file', refreshFile, '--tenants-file', '-'];
      const { exitCode, stdout, stderr } = await run(args, all.join('\n'));
      assert.equal(exitCode, 8, stderr);
      const results = resultsIn(stdout);
      assert.equal(results.filter(({ ok }) => ok).length, 100);
      const failed = Object.fromEntries(results.flatMap(({ tenant, error }) => (error ? [[tenant, error.code]] : [])));
      assert.deepEqual(failed, {
        [expired]: 'sign_in_needed',
        [notConsented]: 'consent_needed',
        'nobody.example': 'request_refused',
      });
      // The last line's refresh token carries the sign-in on.
      writeFileSync(refreshFile, results.findLast(({ ok }) => ok)?.refreshToken ?? '', { mode: 0o600 });
      const next = await run(args, tenants.slice(100, 110).join('\n'));
      assert.equal(next.exitCode, 0, next.stderr);
    });

    if (mode === 'strict') return;

    test('throttled in the middle: all wait, no tenant is lost', async () => {
      await control('DELETE', '/requests');
      const path = `/${tenants[40]}/oauth2/v2.0/token`;
      await fault({ path, throttle: { retryAfter: 2 } });
      const { exitCode, stdout, stderr } = await run([...who, ...list]);
      assert.deepEqual([exitCode, resultsIn(stdout).length], [0, 300], stderr);
      assert.equal(stderr.includes('Requests are throttled: all tenants wait'), true, stderr);
    });

    test('cut connections and 503 here and there: nobody notices', async () => {
      await fault({ endpoint: 'token', count: 5, drop: true });
      await fault({ path: `/${tenants[100]}/oauth2/v2.0/token`, count: 2, status: 503, body: '' });
      const { exitCode, stdout, stderr } = await run([...who, ...list]);
      assert.deepEqual([exitCode, resultsIn(stdout).length], [0, 300], stderr);
    });

    test('interrupted, torn, and gone on with in the same file: nothing lost, nothing asked twice for nothing', async () => {
      await fault({ endpoint: 'token', count: 10_000, delay: 20 });
      const out = join(folder, 'out.jsonl');
      const child = spawn('/bin/sh', ['-c', `exec ${typed([...who, ...list])} > ${out}`], {
        env: cleanEnvironment(variables()),
      });
      const linesThere = () => readFileSync(out, 'utf8').split('\n').length - 1;
      writeFileSync(out, '');
      while (linesThere() < 60) await new Promise((resolve) => setTimeout(resolve, 10));
      child.kill('SIGINT');
      const [exitCode] = await once(child, 'exit');
      assert.equal(exitCode, 130);
      const complete = resultsIn(readFileSync(out, 'utf8')).length;
      assert.ok(complete >= 60 && complete < 300, String(complete));
      await control('DELETE', '/faults');

      // As if the machine had gone down in the middle of a line.
      truncateSync(out, readFileSync(out).length - 100);
      await control('DELETE', '/requests');
      const resumed = await shell(`${typed([...who, ...list, '--resume', out])} >> ${out}`);
      assert.equal(resumed.exitCode, 0, resumed.stderr);
      assert.equal(resumed.stderr.includes(`${complete - 1} skipped`), true, resumed.stderr);
      const lines = readFileSync(out, 'utf8').split('\n');
      assert.equal(lines.filter((line) => line !== '' && !line.endsWith('}')).length, 1);
      const results = resultsIn(lines.join('\n'));
      assert.deepEqual(results.map(({ tenant }) => tenant).toSorted(), tenants.toSorted());
      const { requests } = (await control('GET', '/requests?path=*/token')) as { requests: readonly unknown[] };
      assert.equal(requests.length, 300 - complete + 1);

      const again = await shell(`${typed([...who, ...list, '--resume', out])} >> ${out}`);
      assert.deepEqual([again.exitCode, readFileSync(out, 'utf8')], [0, lines.join('\n')]);
    });

    test('a reader that has seen enough, and one that takes its time', async () => {
      const enough = await shell(`${typed([...who, ...list])} | head -n 1`);
      assert.deepEqual([enough.exitCode, resultsIn(enough.stdout).length], [0, 1]);
      assert.equal(enough.stderr.includes('EPIPE'), false, enough.stderr);
      const slow = await shell(`${typed([...who, ...list])} | (sleep 2; wc -l)`);
      assert.deepEqual([slow.exitCode, slow.stdout.trim()], [0, '300']);
    });

    test('tenants by a pipe, tokens by columns', async () => {
      const args = [...who, '--tenants-file', '-', '--query', '[tenant, accessToken]', '-o', 'tsv'];
      const { stdout } = await shell(`head -n 4 ${tenantsFile} | ${typed(args)} | cut -f 1 | sort`);
      assert.deepEqual(stdout.trim().split('\n'), tenants.slice(0, 3));
    });

    test('with a store: tokens that are kept are not asked for again', async () => {
      const keyFile = join(folder, 'store.key');
      writeFileSync(keyFile, Buffer.alloc(32, 7).toString('base64'), { mode: 0o600 });
      mkdirSync(join(folder, 'state'), { recursive: true });
      const args = [...who, '--tenants-file', '-', '--key-file', keyFile];
      await run(args, tenants.slice(0, 40).join('\n'));
      await control('DELETE', '/requests');
      const { exitCode, stdout } = await run(args, tenants.slice(0, 41).join('\n'));
      assert.deepEqual([exitCode, resultsIn(stdout).length], [0, 41]);
      const { requests } = (await control('GET', '/requests?path=*/token')) as { requests: readonly unknown[] };
      assert.equal(requests.length, 1);
    });

    test('a wrong secret is said once', async () => {
      const args = [
        'fan-out',
        '--environment',
        'Sandbox',
        '--application-id',
        application,
        '--client-secret-file',
        wrong,
      ];
      const { exitCode, stdout, stderr } = await run([...args, ...list]);
      assert.deepEqual([exitCode, stdout, stderr.split('error: ').length], [5, '', 2], stderr);
    });

    test('a list that does not end keeps nobody from ending', async () => {
      const args = [
        'fan-out',
        '--environment',
        'Sandbox',
        '--application-id',
        application,
        '--client-secret-file',
        wrong,
      ];
      const child = spawn(process.execPath, [commandFile, ...args, '--tenants-file', '-'], {
        env: cleanEnvironment(variables()),
        timeout: 60_000,
      });
      child.stdin.write(`${tenants[0]}\n`);
      const [exitCode] = await once(child, 'exit');
      assert.equal(exitCode, 5);
    });

    const noScript = missingProgram(['script', '--version'], 'bsdutils');
    describe('on a terminal', { skip: noScript }, () => {
      const onTerminal = (command: string, more: Record<string, string> = {}) =>
        runChild('script', ['-qfec', command, '/dev/null'], {
          cwd: folder,
          variables: { ...variables(), TERM: 'xterm', ...more },
        });

      test('a bar that is redrawn in its line and gone at the end', async () => {
        await fault({ endpoint: 'token', count: 10_000, delay: 10 });
        const { exitCode, stdout } = await onTerminal(`stty cols 100; ${typed([...who, ...list])} > terminal.jsonl`);
        await control('DELETE', '/faults');
        assert.equal(exitCode, 0, stdout);
        const drawn = stdout.split('\r\u001b[2K');
        const frames = drawn.filter((text) => text.startsWith('['));
        assert.ok(frames.length >= 2 && frames.length <= 60, String(frames.length));
        assert.equal(frames[0]?.includes('\u001b[32m'), true);
        assert.equal(
          frames.every((text) => text.includes('/300  ') && !text.includes('\n')),
          true,
        );
        assert.equal(drawn.at(-1)?.startsWith('fan-out: 300 ok, 0 failed, in '), true, drawn.at(-1));
        assert.equal(readFileSync(join(folder, 'terminal.jsonl'), 'utf8').includes('\u001b'), false);
      });

      test('none where the terminal cannot, and none in CI', async () => {
        for (const more of [{ TERM: 'dumb' }, { CI: 'true' }]) {
          const { stdout } = await onTerminal(`${typed([...who, ...list])} > terminal.jsonl`, more);
          assert.equal(stdout.includes('\u001b') || stdout.includes('/300'), false, stdout);
          assert.equal(stdout.startsWith('fan-out: 300 ok'), true, stdout);
        }
      });

      test('results on the terminal are lines for the eyes, without tokens', async () => {
        const { stdout } = await onTerminal(typed([...who, ...list]), { NO_COLOR: '1' });
        assert.equal(stdout.includes('eyJ'), false);
        const lines = stdout.split('\r\n').map((line) => line.split('\r\u001b[2K').at(-1) ?? '');
        assert.equal(lines.filter((line) => line.startsWith('ok      7777')).length, 300);
      });
    });
  });
}

test('nothing listens: one sentence, exit 6', async () => {
  const environmentFile = join(folder, 'gone.json');
  const caFile = join(folder, 'data-entra', 'ca.pem');
  writeFileSync(environmentFile, JSON.stringify({ url: 'https://localhost:9', caFile }));
  const { exitCode, stdout, stderr } = await partnerAuth([...who, ...list], {
    variables: { HOME: folder, PARTNER_AUTH_ENVIRONMENT_FILE: environmentFile },
  });
  assert.deepEqual([exitCode, stdout, stderr.split('error: ').length], [6, '', 2], stderr);
});
