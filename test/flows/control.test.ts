import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, test } from 'node:test';
import { trustingFetch } from '../../src/index.ts';
import { bearerOf, entraToken, exchanged, fixedApplication, kidsOf } from '../support/sandbox-calls.ts';
import { type ServedSandbox, scratchFolder, serveSandbox } from '../support/served-sandbox.ts';

/** A served sandbox, controlled by another program: what curl and a test suite in any language do. */
const folder = scratchFolder();
let serial = 0;
const newFolder = (): string => join(folder, `data-${++serial}`);

function controlOf({ url, caFile }: ServedSandbox) {
  const trusting = trustingFetch(readFileSync(caFile, 'utf8'));
  const headers = { 'content-type': 'application/json' };
  return {
    fetch: (path: string, init: RequestInit = {}) => trusting(url + path, init),
    // biome-ignore lint/suspicious/noExplicitAny: tests look into answers as they please
    async ask(method: string, path: string, body?: unknown): Promise<any> {
      const sent = body === undefined ? {} : { body: JSON.stringify(body) };
      const response = await trusting(url + path, { method, ...(method === 'GET' ? {} : { headers }), ...sent });
      const answer = (await response.json()) as object;
      assert.equal(response.status, 200, JSON.stringify(answer));
      return answer;
    },
    async signIn(username: string, password: string): Promise<number> {
      const { clientId: client_id, clientSecret: client_secret } = fixedApplication;
      const resource = 'https://api.partner.microsoft.com';
      const form = { grant_type: 'password', client_id, client_secret, resource, username, password };
      const init = { method: 'POST', body: new URLSearchParams(form) };
      return (await trusting(`${url}/common/oauth2/token`, init)).status;
    },
  };
}

const john = 'john.doe@contoso.com';
const newPassword = 'ChangedPassword@1';
const changedJohn = {
  users: [{ userPrincipalName: john, displayName: 'John Doe', passwordProfile: { password: newPassword } }],
};

test('a password that was changed is changed after a restart; a reset brings the start’s back', async () => {
  const data = newFolder();
  const first = await serveSandbox(data);
  await controlOf(first).ask('POST', '/sandbox/seed', changedJohn);
  // Revoking writes a change of the user, on top of the world that was seeded.
  await controlOf(first).ask('POST', '/sandbox/refresh-tokens/revoke', { user: john });
  assert.equal(await controlOf(first).signIn(john, newPassword), 200);
  const kids = await kidsOf(first, '/common/discovery/keys');
  assert.equal(await first.stop(), 0);

  for (const name of readdirSync(data).filter((each) => each.startsWith('sandbox.sqlite'))) {
    const content = readFileSync(join(data, name), 'latin1');
    for (const secret of [newPassword, 'PCTestPassword@123', 'JBSWY3DPEHPK3PXP', john]) {
      assert.equal(content.includes(secret), false, `${name} says ${secret}`);
    }
  }

  const second = await serveSandbox(data);
  const control = controlOf(second);
  assert.deepEqual(
    [await control.signIn(john, newPassword), await control.signIn(john, 'PCTestPassword@123')],
    [200, 400],
  );
  const { users } = await control.ask('GET', '/sandbox/export');
  const { signInSessionsValidFromDateTime } = users.find(
    (user: { userPrincipalName: string }) => user.userPrincipalName === john,
  );
  assert.equal(typeof signInSessionsValidFromDateTime, 'string');
  await control.ask('POST', '/sandbox/reset');
  assert.deepEqual(
    [await control.signIn(john, newPassword), await control.signIn(john, 'PCTestPassword@123')],
    [400, 200],
  );
  assert.deepEqual(await kidsOf(second, '/common/discovery/keys'), kids);
  assert.equal(await second.stop(), 0);

  await using third = await serveSandbox(data);
  assert.equal(await controlOf(third).signIn(john, 'PCTestPassword@123'), 200);
});

test('a --seed beside a world that was imported: the world stays, and the log says how to get the seed', async () => {
  const data = newFolder();
  const first = await serveSandbox(data);
  await controlOf(first).ask('POST', '/sandbox/import', { fixedData: 'keep' });
  await first.stop();
  const second = await serveSandbox(data, ['--seed', join(import.meta.dirname, '../../examples/seed.yaml')]);
  await second.stop();
  assert.ok(second.stderr().includes('seed.yaml counts after POST /sandbox/reset'), second.stderr());
});

describe('over a connection', () => {
  test('faults: a throttled, a dropped and a late answer, each as often as told', async () => {
    await using sandbox = await serveSandbox(newFolder(), ['--ephemeral']);
    const { ask, fetch } = controlOf(sandbox);
    await ask('POST', '/sandbox/faults', { endpoint: 'token', throttle: { retryAfter: 2 } });
    const throttled = await entraToken(sandbox);
    assert.deepEqual([throttled.status, throttled.headers.get('retry-after')], [429, '2']);
    await ask('POST', '/sandbox/faults', { endpoint: 'token', drop: true, count: 2 });
    await assert.rejects(entraToken(sandbox));
    await assert.rejects(entraToken(sandbox));
    await ask('POST', '/sandbox/faults', { endpoint: 'keys', delay: 300 });
    const began = performance.now();
    assert.equal((await fetch('/common/discovery/keys')).status, 200);
    assert.ok(performance.now() - began >= 290);
    assert.equal((await entraToken(sandbox)).status, 200);
    const { requests } = await ask('GET', '/sandbox/requests');
    assert.deepEqual(
      requests.map(({ outcome, status }: { outcome: string; status?: number }) => status ?? outcome),
      [429, 'cut', 'cut', 200, 200],
    );
    // A connection that was cut on purpose is no failure to report.
    assert.equal(sandbox.stderr(), '');
  });

  test('the clock: a token of before is refused after, and TLS goes on', async () => {
    await using sandbox = await serveSandbox(newFolder());
    const { ask } = controlOf(sandbox);
    const bearer = await bearerOf(sandbox);
    assert.equal((await exchanged(sandbox, bearer, 'before')).status, 200);
    const { now } = await ask('POST', '/sandbox/clock/advance', { duration: 'P20Y' });
    assert.ok(new Date(now).getTime() > Date.now() + 19 * 365 * 86_400_000);
    assert.equal((await exchanged(sandbox, bearer, 'after')).status, 401);
    assert.equal((await exchanged(sandbox, await bearerOf(sandbox), 'new')).status, 200);
    await ask('DELETE', '/sandbox/clock');
    assert.equal((await exchanged(sandbox, bearer, 'before')).status, 200);
  });

  test('a seed file of 2 MB is taken, a control body of 65 KiB is not, and the connection ends', async () => {
    await using sandbox = await serveSandbox(newFolder(), ['--ephemeral']);
    const { ask, fetch } = controlOf(sandbox);
    const tenants = Array.from({ length: 12_000 }, (_, index) => ({
      id: `55555555-0000-4000-8000-${String(index).padStart(12, '0')}`,
      displayName: `Tenant ${index} ${'x'.repeat(64)}`,
      verifiedDomains: [`t${index}.example`],
    }));
    assert.equal((await ask('POST', '/sandbox/seed', { tenants })).tenants, 12_004);
    const tooLarge = await fetch('/sandbox/reset', {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: ' '.repeat(66_000),
    });
    assert.equal(tooLarge.status, 413);
  });

  test('row 124: a web page of another origin is refused, whatever it sends', async () => {
    await using sandbox = await serveSandbox(newFolder(), ['--ephemeral']);
    const { fetch } = controlOf(sandbox);
    const page = { origin: 'https://evil.example' };
    const attempts = [
      ['GET', page],
      ['POST', { ...page, 'content-type': 'application/json' }],
      ['POST', { ...page, 'content-type': 'text/plain' }],
      ['POST', { ...page, 'content-type': 'application/x-www-form-urlencoded' }],
      ['OPTIONS', { ...page, 'access-control-request-method': 'POST' }],
    ] as const;
    for (const [method, headers] of attempts) {
      const response = await fetch(method === 'GET' ? '/sandbox/export' : '/sandbox/reset', { method, headers });
      assert.equal(response.status, 403, method);
      assert.equal(response.headers.get('access-control-allow-origin'), null);
    }
  });
});

test('a reset in the middle of many requests: each is answered, and it serves on', async () => {
  await using sandbox = await serveSandbox(newFolder());
  const { ask } = controlOf(sandbox);
  const underWay = Array.from({ length: 40 }, () => entraToken(sandbox));
  await Promise.all(Array.from({ length: 4 }, () => ask('POST', '/sandbox/reset')));
  assert.deepEqual([...new Set((await Promise.all(underWay)).map(({ status }) => status))], [200]);
  assert.equal((await entraToken(sandbox)).status, 200);
  assert.equal(sandbox.stderr(), '');
});

const curl = spawnSync('curl', ['--version']).status === 0;
test('the lines of GET /sandbox run as they are printed', { skip: !curl && 'curl is not here' }, async () => {
  await using sandbox = await serveSandbox(newFolder(), ['--ephemeral']);
  const { operations } = await controlOf(sandbox).ask('GET', '/sandbox');
  for (const { example, path } of operations) {
    // Nobody asked for a device code, john has no authenticator app, a certificate is the caller’s own, ids are made by chance.
    if (/\{(userCode|id|keyId)\}|:(userCode|id|keyId)\b|totp|certificates/.test(path)) continue;
    const run = spawnSync('sh', ['-c', `${example} -sS --fail-with-body`], {
      encoding: 'utf8',
      env: { PATH: process.env.PATH, CURL_CA_BUNDLE: sandbox.caFile },
    });
    assert.equal(run.status, 0, `${example}: ${run.stdout}${run.stderr}`);
    JSON.parse(run.stdout);
  }
});
