import assert from 'node:assert/strict';
import { once } from 'node:events';
import { readFileSync, writeFileSync } from 'node:fs';
import { type AddressInfo, createServer } from 'node:net';
import { join } from 'node:path';
import { after, before, describe, test } from 'node:test';
import { trustingFetch } from '../../src/index.ts';
import { aadsts } from '../../src/protocol/aadsts.ts';
import { partnerCode } from '../../src/protocol/partner-codes.ts';
import { ensureBuilt, partnerAuth } from '../support/built-command.ts';
import { type ServedSandbox, scratchFolder, serveSandbox } from '../support/served-sandbox.ts';

/** The built command looks at set-ups against a served sandbox: one that is well, and each way of not being well. */
const application = '00001111-aaaa-2222-bbbb-3333cccc4444';
const secret = 'TestClientAppSecret23456';
const password = 'PCTestPassword@123';
const folder = scratchFolder();

let sandbox: ServedSandbox;
const secretFile = join(folder, 'secret.txt');
const passwordFile = join(folder, 'password.txt');

before(async () => {
  ensureBuilt();
  writeFileSync(secretFile, `${secret}\n`, { mode: 0o600 });
  writeFileSync(passwordFile, password, { mode: 0o600 });
  sandbox = await serveSandbox(join(folder, 'data'), ['--proxy', '0']);
});
after(() => sandbox.stop());

const who = ['--application-id', application, '--tenant', 'contoso.com', '--client-secret-file', secretFile];
const john = ['--username', 'john.doe@contoso.com', '--password-file', passwordFile];
const inSandbox = ['--environment', 'Sandbox'];

interface Result {
  readonly name: string;
  readonly state: string;
  readonly found: string;
  readonly nextStep: string | null;
}

/** Every output is looked through: no secret is in any. */
async function doctor(
  args: readonly string[],
  variables: Record<string, string> = {},
  secrets: readonly string[] = [],
) {
  const { exitCode, stdout, stderr } = await partnerAuth(['doctor', '--debug', ...args], {
    cwd: folder,
    variables: {
      HOME: folder,
      XDG_STATE_HOME: join(folder, 'state'),
      PARTNER_AUTH_ENVIRONMENT_FILE: sandbox.environmentFile,
      ...variables,
    },
  });
  for (const each of [secret, password, 'eyJ', ...secrets]) {
    assert.equal(`${stdout}${stderr}`.includes(each), false, `row 17: ${each} is in the output`);
  }
  const results: readonly Result[] = JSON.parse(stdout).checks;
  const check = (name: string): Result => {
    const result = results.find((each) => each.name === name);
    assert.ok(result, name);
    return result;
  };
  const named = (state: string) => results.filter((each) => each.state === state).map(({ name }) => name);
  return { exitCode, stderr, check, named };
}

const control = async (method: string, path: string, body?: object) => {
  const trusting = trustingFetch(readFileSync(sandbox.caFile, 'utf8'));
  const headers = { 'content-type': 'application/json' };
  const sent = body === undefined ? {} : { headers, body: JSON.stringify(body) };
  const answer = await trusting(`${sandbox.url}/sandbox/${path}`, { method, ...sent });
  assert.equal(answer.status, 200);
  return answer.json();
};

/** What the authority was asked for beside its documents, since the last time. */
async function tokenRequests(): Promise<number> {
  const { requests } = (await control('GET', 'requests')) as { requests: readonly { path: string }[] };
  await control('DELETE', 'requests');
  return requests.filter(({ path }) => path.endsWith('/token')).length;
}

describe('a set-up that is well', () => {
  test('an application’s, with one exchange', async () => {
    const { exitCode, check, named, stderr } = await doctor([...inSandbox, ...who, '--exchange']);
    assert.equal(exitCode, 0, stderr);
    assert.deepEqual(
      [named('failed'), named('warning'), named('skipped')],
      [[], [], ['certificate', 'partner-center']],
    );
    const tenant = 'aaaabbbb-0000-cccc-1111-dddd2222eeee';
    const { host } = new URL(sandbox.url);
    assert.equal(
      check('environment').found,
      `Sandbox (${sandbox.url}), trusting ${sandbox.caFile}, from --environment.`,
    );
    assert.equal(check('network').found, `${host} answers.`);
    assert.ok(check('tls').found.startsWith(`${host} is verified, issued by Partner Auth sandbox `));
    assert.equal(check('tenant').found, `The authority knows contoso.com: ${tenant}, region WW.`);
    assert.equal(
      check('token').found,
      `The authority gave one (clientCredentials): application ${application}, tenant ${tenant}.`,
    );
  });

  test('through the proxy, under Microsoft’s own names', async () => {
    const proxy = { HTTPS_PROXY: sandbox.proxyUrl ?? '', NODE_EXTRA_CA_CERTS: sandbox.caFile };
    const { exitCode, check, named, stderr } = await doctor([...who, '--exchange'], proxy);
    assert.equal(exitCode, 0, stderr);
    assert.deepEqual([named('failed'), named('warning')], [[], []]);
    const shown = `HTTPS_PROXY (${sandbox.proxyUrl})`;
    const [login, api] = ['login.microsoftonline.com', 'api.partnercenter.microsoft.com'];
    assert.equal(check('proxy').found, `${login} is reached through ${shown}. ${api} is reached through ${shown}.`);
    assert.equal(check('network').found, `${login} answers. ${api} answers.`);
    assert.ok(check('tls').found.endsWith('NODE_EXTRA_CA_CERTS adds one authority.'), check('tls').found);
  });

  test('in the sandbox, past every proxy', async () => {
    const { exitCode, check, named } = await doctor([...inSandbox, ...who], { HTTPS_PROXY: 'http://127.0.0.1:1' });
    assert.equal(exitCode, 0);
    assert.deepEqual(named('skipped'), ['certificate', 'partner-center', 'exchange']);
    assert.equal(check('proxy').found, 'The sandbox is reached without one.');
  });

  test('at an authority on this machine, past every proxy', async () => {
    const { exitCode, check, named, stderr } = await doctor(who, {
      HTTPS_PROXY: 'http://127.0.0.1:1',
      PARTNER_AUTH_AUTHORITY_HOST: sandbox.url,
      NODE_EXTRA_CA_CERTS: sandbox.caFile,
    });
    assert.equal(exitCode, 0, stderr);
    assert.deepEqual(named('skipped'), ['certificate', 'partner-center', 'exchange']);
    const { host } = new URL(sandbox.url);
    assert.equal(check('proxy').found, `${host} is reached directly, past HTTPS_PROXY (http://127.0.0.1:1).`);
  });

  test('this machine alone: no token is asked for', async () => {
    await tokenRequests();
    const { exitCode, named } = await doctor(inSandbox);
    assert.equal(exitCode, 0);
    assert.deepEqual([named('failed'), named('warning')], [[], []]);
    assert.deepEqual(named('ok'), ['runtime', 'environment', 'proxy', 'network', 'tls', 'clock', 'tenant', 'store']);
    assert.equal(await tokenRequests(), 0);
  });
});

describe('credentials and consent', () => {
  test('a wrong secret: exit 5, with its cause and next step', async () => {
    const wrong = join(folder, 'wrong.txt');
    writeFileSync(wrong, 'CANARY-wrong-secret', { mode: 0o600 });
    const args = who.map((each) => (each === secretFile ? wrong : each));
    const { exitCode, check, named } = await doctor([...inSandbox, ...args], {}, ['CANARY']);
    assert.equal(exitCode, 5);
    assert.deepEqual(named('failed'), ['token']);
    const { cause, nextStep } = aadsts.invalidClientSecret;
    assert.ok(check('token').found.includes(`AADSTS7000215: ${cause}`), check('token').found);
    assert.equal(check('token').nextStep, nextStep);
    assert.equal(check('audience').found, 'needs a token');
  });

  test('an application nobody consented to: exit 5', async () => {
    const args = who.map((each) => (each === 'contoso.com' ? 'adventure-works.onmicrosoft.com' : each));
    const { exitCode, check, named } = await doctor([...inSandbox, ...args]);
    assert.equal(exitCode, 5);
    assert.deepEqual(named('failed'), ['token']);
    assert.equal(check('tenant').state, 'ok');
    assert.ok(check('token').nextStep?.includes('consent'), check('token').found);
  });

  test('a tenant that is not there: exit 5', async () => {
    const args = who.map((each) => (each === 'contoso.com' ? 'nowhere.test' : each));
    const { exitCode, named } = await doctor([...inSandbox, ...args]);
    assert.equal(exitCode, 5);
    assert.deepEqual(named('failed'), ['tenant', 'token']);
  });
});

describe('a user by name and password', () => {
  test('for Partner Center: no MFA, exit 5', async () => {
    const { exitCode, check, named } = await doctor([...inSandbox, ...who, ...john]);
    assert.equal(exitCode, 5);
    assert.deepEqual(named('failed'), ['mfa']);
    assert.equal(
      check('mfa').found,
      'The user passed no MFA (amr: pwd). The password grant cannot pass it. Partner Center refuses such tokens (900421).',
    );
    assert.equal(check('mfa').nextStep, partnerCode('900421')?.nextStep);
  });

  test('the exchange says the same', async () => {
    const { check, named } = await doctor([...inSandbox, ...who, ...john, '--exchange']);
    assert.deepEqual(named('failed'), ['mfa', 'exchange']);
    assert.equal(check('exchange').nextStep, partnerCode('900421')?.nextStep);
  });

  test('for the partner API, given: a warning; where Partner Center was asked for, exit 5', async () => {
    const variables = { HOME: folder, PARTNER_AUTH_ENVIRONMENT_FILE: sandbox.environmentFile };
    const token = await partnerAuth(['token', ...inSandbox, ...who, ...john, '--resource', 'partner', '-o', 'token'], {
      variables,
    });
    const file = join(folder, 'token.txt');
    writeFileSync(file, token.stdout, { mode: 0o600 });
    const alone = await doctor([...inSandbox, '--access-token-file', file]);
    assert.equal(alone.exitCode, 0);
    assert.deepEqual([alone.named('failed'), alone.named('warning')], [[], ['mfa']]);
    const asked = await doctor([
      ...inSandbox,
      '--access-token-file',
      file,
      '--resource',
      'partner-center',
      '--exchange',
    ]);
    assert.equal(asked.exitCode, 5);
    assert.deepEqual(asked.named('failed'), ['audience']);
    assert.equal(asked.check('audience').nextStep, partnerCode('900420')?.nextStep);
    assert.equal(asked.check('exchange').found, 'needs a token for Partner Center');
  });
});

describe('a profile', () => {
  const own = {
    XDG_STATE_HOME: join(folder, 'profiles', 'state'),
    XDG_CONFIG_HOME: join(folder, 'profiles', 'config'),
    PARTNER_AUTH_KEY_FILE: join(folder, 'key'),
  };
  const called = async (args: readonly string[], stdin = '') => {
    const variables = { HOME: folder, PARTNER_AUTH_ENVIRONMENT_FILE: sandbox.environmentFile, ...own };
    const { exitCode, stdout, stderr } = await partnerAuth(args, { stdin, variables });
    assert.equal(exitCode, 0, stderr);
    return stdout;
  };
  const login = ['login', ...inSandbox, ...who];
  before(() => writeFileSync(own.PARTNER_AUTH_KEY_FILE, Buffer.alloc(32, 7).toString('base64'), { mode: 0o600 }));

  test('of an application: its secret and its token are in the store', async () => {
    await called([...login, '--profile', 'nightly']);
    const { exitCode, check, named } = await doctor(['--profile', 'nightly'], own);
    assert.equal(exitCode, 0);
    assert.deepEqual([named('failed'), named('warning')], [[], []]);
    assert.equal(
      check('environment').found,
      `Sandbox (${sandbox.url}), trusting ${sandbox.caFile}, from the profile nightly.`,
    );
    assert.equal(
      check('credentials').found,
      'ServicePrincipal: application id, tenant, resource and secret from the profile nightly.',
    );
    assert.ok(check('token').found.startsWith('It is in the token store (clientCredentials): '), check('token').found);
    assert.ok(check('store').found.endsWith(', opens and holds 1 secret, 1 token.'), check('store').found);
  });

  test('of a user who passed no MFA: the sign-in, and how long it lasts', async () => {
    const scopes = ['--scopes', 'https://api.partner.microsoft.com/user_impersonation'];
    const refreshToken = await called([
      'token',
      ...inSandbox,
      ...who,
      ...john,
      ...scopes,
      '--query',
      'refreshToken',
      '-o',
      'tsv',
    ]);
    await called(
      [...login, '--profile', 'john', '--refresh-token-file', '-', '--resource', 'partner-center'],
      refreshToken,
    );
    const { exitCode, check, named } = await doctor(['--profile', 'john'], own, [refreshToken.trim()]);
    assert.equal(exitCode, 5);
    assert.deepEqual(named('failed'), ['mfa']);
    const { found } = check('lifetime');
    assert.ok(/ and lasts (89|90) days more if nobody uses it\.$/.test(found), found);
  });
});

describe('the way there', () => {
  test('row 33: the sandbox’s clock an hour on: exit 7', async () => {
    await control('POST', 'clock/advance', { seconds: 3600 });
    const { exitCode, check, named } = await doctor([...inSandbox, ...who]);
    await control('DELETE', 'clock');
    assert.equal(exitCode, 7);
    assert.deepEqual(named('failed'), ['clock']);
    const found = check('clock').found;
    assert.ok(/^This machine’s clock is (59|60) minutes behind the authority’s\. /.test(found), found);
    assert.ok(check('clock').nextStep?.endsWith('goes back by DELETE /sandbox/clock.'));
  });

  test('row 28: an authority whose certificate is not trusted: exit 6, and no secret leaves', async () => {
    await tokenRequests();
    const variables = { PARTNER_AUTH_AUTHORITY_HOST: sandbox.url };
    const { exitCode, check, named } = await doctor(who, variables);
    assert.equal(exitCode, 6);
    assert.deepEqual(named('failed'), ['tls']);
    const { found } = check('tls');
    assert.ok(
      found.startsWith(`The certificate of ${new URL(sandbox.url).host}, issued by Partner Auth sandbox `),
      found,
    );
    assert.ok(found.endsWith(' is not trusted (UNABLE_TO_VERIFY_LEAF_SIGNATURE).'), found);
    assert.equal(check('token').found, 'needs a connection to the authority');
    assert.equal(await tokenRequests(), 0);
  });

  test('row 28: verification switched off: exit 7, and no secret leaves', async () => {
    await tokenRequests();
    const variables = { NODE_TLS_REJECT_UNAUTHORIZED: '0', PARTNER_AUTH_AUTHORITY_HOST: sandbox.url };
    const { exitCode, check, named } = await doctor(who, { ...variables, NODE_EXTRA_CA_CERTS: sandbox.caFile });
    assert.equal(exitCode, 7);
    assert.deepEqual(named('failed'), ['tls']);
    assert.equal(check('token').found, 'needs certificates to be verified');
    assert.equal(await tokenRequests(), 0);
  });

  test('row 17: a proxy that refuses: exit 6, and its password is not shown', async () => {
    const heard: string[] = [];
    const proxy = createServer((socket) => {
      socket
        .on('error', () => {})
        .once('data', (head) => {
          heard.push(String(head).split('\r\n', 1)[0] ?? '');
          socket.end('HTTP/1.1 403 Forbidden\r\n\r\n');
        });
    }).listen(0, '127.0.0.1');
    await once(proxy, 'listening');
    const { port } = proxy.address() as AddressInfo;
    const variables = { HTTPS_PROXY: `http://user:CANARY@127.0.0.1:${port}` };
    const { exitCode, check, named } = await doctor(who, variables, ['CANARY', btoa('user:CANARY')]);
    proxy.close();
    assert.equal(exitCode, 6);
    assert.deepEqual(named('failed'), ['proxy']);
    const shown = `HTTPS_PROXY (http://127.0.0.1:${port})`;
    const [login, api] = ['login.microsoftonline.com', 'api.partnercenter.microsoft.com'];
    assert.equal(
      check('proxy').found,
      `${shown} refused the way to ${login} with HTTP 403. ${shown} refused the way to ${api} with HTTP 403.`,
    );
    assert.equal(check('network').found, 'needs a way past the proxy');
    assert.deepEqual(heard.sort(), [`CONNECT ${api}:443 HTTP/1.1`, `CONNECT ${login}:443 HTTP/1.1`]);
  });

  test('a variable that holds no proxy: exit 7', async () => {
    const { exitCode, check, named } = await doctor(who, { HTTPS_PROXY: 'user:CANARY@proxy.test:8080' }, ['CANARY']);
    assert.equal(exitCode, 7);
    assert.deepEqual(named('failed'), ['proxy']);
    assert.equal(check('proxy').found, 'HTTPS_PROXY holds no address of a proxy.');
  });

  test('a sandbox that has stopped: exit 6', async () => {
    const other = await serveSandbox(join(folder, 'other'));
    const variables = { PARTNER_AUTH_ENVIRONMENT_FILE: join(folder, 'left.json') };
    writeFileSync(variables.PARTNER_AUTH_ENVIRONMENT_FILE, readFileSync(other.environmentFile));
    await other.stop();
    const { exitCode, check, named } = await doctor([...inSandbox, ...who], variables);
    assert.equal(exitCode, 6);
    assert.deepEqual(named('failed'), ['network']);
    assert.equal(check('network').found, `${new URL(other.url).host} could not be reached (ECONNREFUSED).`);
    assert.equal(
      check('network').nextStep,
      'Nothing listens there: start the sandbox with partner-auth serve sandbox.',
    );
  });

  test('no sandbox at all: exit 7', async () => {
    const variables = { PARTNER_AUTH_ENVIRONMENT_FILE: join(folder, 'missing.json') };
    const { exitCode, named, check } = await doctor([...inSandbox, ...who], variables);
    assert.equal(exitCode, 7);
    assert.deepEqual(named('failed'), ['environment', 'credentials']);
    assert.equal(check('token').found, 'needs credentials');
  });
});
