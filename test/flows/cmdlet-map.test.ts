import assert from 'node:assert/strict';
import { X509Certificate } from 'node:crypto';
import { copyFileSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { after, before, describe, test } from 'node:test';
import { newPartnerAccessToken } from '../../src/index.ts';
import { tokenParts } from '../support/answer.ts';
import { commandFile, partnerAuth, repository } from '../support/built-command.ts';
import { inTerminal } from '../support/pseudo-terminal.ts';
import { controlled } from '../support/sandbox-calls.ts';
import { type ServedSandbox, scratchFolder, serveSandbox } from '../support/served-sandbox.ts';

/**
 * README.md's map from `New-PartnerAccessToken`, run as it stands there: each line by the built command in a terminal,
 * against a served sandbox. The scripts' variables are the shell's, their secrets are in the files the lines name.
 */
const readme = readFileSync(join(repository, 'README.md'), 'utf8');
const section = readme.slice(readme.indexOf('## From New-PartnerAccessToken'), readme.indexOf('## The library'));
const [, block = ''] = /```text\n(.*?)```/s.exec(section) ?? [];
const lines = block
  .trim()
  .split('\n\n')
  .map((text) => text.split('\n') as [name: string, cmdlet: string, command: string]);

const id = '00001111-aaaa-2222-bbbb-3333cccc4444';
const publicId = '11112222-bbbb-3333-cccc-4444dddd5555';
const exchangeId = 'a0c73c16-a7e3-4564-9a95-2bdf47383716';
const tenant = 'aaaabbbb-0000-cccc-1111-dddd2222eeee';
const user = 'jane.roe@contoso.com';
const scope = 'https://api.partnercenter.microsoft.com/user_impersonation';
const secret = 'TestClientAppSecret23456';

/** What each line asks of the sandbox besides, and whose token comes back. An application asks for what was consented. */
const expected: Readonly<Record<string, { appId: string; acts: 'user' | 'application'; scope?: string }>> = {
  '# AccessToken': { appId: id, acts: 'user' },
  '# RefreshToken: example 2 of the document': { appId: id, acts: 'user' },
  '# RefreshToken with a certificate': { appId: id, acts: 'user' },
  '# ServicePrincipal': { appId: id, acts: 'application', scope: 'https://api.partnercenter.microsoft.com/.default' },
  '# ServicePrincipal in the browser: example 1 of the document': { appId: id, acts: 'user' },
  '# ServicePrincipalCertificate': {
    appId: id,
    acts: 'application',
    scope: 'https://api.partnercenter.microsoft.com/.default',
  },
  '# User in the browser': { appId: publicId, acts: 'user' },
  '# User by device code': { appId: publicId, acts: 'user' },
  '# ByModule': { appId: exchangeId, acts: 'user' },
  '# ByModule in the browser': { appId: exchangeId, acts: 'user' },
  '# ByModule with a refresh token': { appId: exchangeId, acts: 'user' },
};

const folder = scratchFolder();
let sandbox: ServedSandbox;
let variables: Record<string, string>;

const file = (name: string) => join(folder, name);
const put = (name: string, text: string) => writeFileSync(file(name), text, { mode: 0o600 });

/** A sign-in of the user's at an application, for the lines that have its tokens already. */
async function signedIn(applicationId: string, resource: string) {
  const { environmentFile } = sandbox;
  return newPartnerAccessToken({
    applicationId,
    ...(applicationId === id ? { credential: { password: secret } } : {}),
    username: 'john.doe@contoso.com',
    password: 'PCTestPassword@123',
    scopes: resource,
    tenant,
    environment: 'Sandbox',
    environmentFile,
  } as never);
}

before(async () => {
  sandbox = await serveSandbox(file('data'));
  await controlled(sandbox, 'PUT', `approvals/${user}`, { decision: 'approve', methods: ['pwd', 'mfa'] });
  const pem = readFileSync(file('data/client.pem'), 'utf8');
  const certificates = file('certificates');
  mkdirSync(certificates, { mode: 0o700 });
  copyFileSync(file('data/client.pfx'), join(certificates, 'client.pfx'));
  put('client-secret.txt', secret);
  // What comes back from the browser is taken by the command's own listener.
  put('browser.mjs', readFileSync(join(import.meta.dirname, '..', 'support', 'headless-browser.mjs'), 'utf8'));
  put('partner-auth', `#!/bin/sh\nexec "${process.execPath}" "${commandFile}" "$@"\n`);
  variables = {
    PARTNER_AUTH_ENVIRONMENT: 'Sandbox',
    PARTNER_AUTH_ENVIRONMENT_FILE: sandbox.environmentFile,
    PARTNER_AUTH_CERTIFICATES: certificates,
    XDG_STATE_HOME: file('state'),
    XDG_CONFIG_HOME: file('config'),
    NODE_EXTRA_CA_CERTS: sandbox.caFile,
    BROWSER: `${process.execPath} ${file('browser.mjs')} %s`,
    id,
    publicId,
    tenant,
    scope,
    thumbprint: new X509Certificate(pem).fingerprint,
  };
});
after(() => sandbox.stop());

test('the map has each set, and the lines are what explain makes of the cmdlet’s', async () => {
  assert.deepEqual(
    lines.map(([name]) => name),
    Object.keys(expected),
  );
  for (const [name, cmdlet, command] of lines) {
    const { stdout } = await partnerAuth(['explain', '--from-powershell', cmdlet, '--query', 'command', '-o', 'tsv']);
    assert.equal(stdout.trim(), command, name);
  }
});

describe('each line, run in a terminal', () => {
  for (const [name, , command] of lines) {
    test(name.slice(2), async () => {
      const { appId, acts, scope: itsScope } = expected[name] ?? assert.fail(name);
      const john = await signedIn(appId, appId === exchangeId ? 'https://outlook.office365.com/.default' : scope);
      put('access-token.txt', john.accessToken);
      put('refresh-token.txt', john.refreshToken ?? '');
      let entered = false;
      const { exitCode, printed } = await inTerminal(
        `${command.replace('partner-auth', `sh ${file('partner-auth')}`)} --login-hint ${user} --output json > ${file('result.json')}`,
        {
          cwd: folder,
          variables: { ...variables, ...(itsScope === undefined ? {} : { scope: itsScope }) },
          onOutput: (text) => {
            const [, userCode] = /enter the code (\S+)/.exec(text) ?? [];
            if (userCode === undefined || entered) return;
            entered = true;
            void controlled(sandbox, 'POST', `device-codes/${userCode}`, { userPrincipalName: user });
          },
        },
      );
      assert.equal(exitCode, 0, printed);
      const result = JSON.parse(readFileSync(file('result.json'), 'utf8'));
      const { appid, azp, upn, preferred_username: preferred } = tokenParts(result.accessToken).claims;
      assert.equal(appid ?? azp, appId);
      assert.equal((upn ?? preferred) === undefined ? 'application' : 'user', acts);
      assert.equal(result.refreshToken === null, acts === 'application' || name === '# AccessToken');
      assert.equal(typeof result.noRefreshToken, result.refreshToken === null ? 'string' : 'object');
    });
  }
});

describe('each alias of README’s table means its option', () => {
  const rows = [...section.matchAll(/^\| `-\w+`.*?\| `(--[a-z-]+)`(?: \((.*?)\))?/gm)].map(
    ([, option = '', aliases = '']) =>
      [option, [...aliases.matchAll(/`(--[a-z-]+)`/g)].map(([, alias = '']) => alias)] as const,
  );

  test('twelve parameters, ten aliases', () => {
    assert.deepEqual([rows.length, rows.flatMap(([, aliases]) => aliases).length], [12, 10]);
  });

  const token = (...options: readonly string[]) =>
    partnerAuth(['token', ...options], {
      variables: { XDG_STATE_HOME: file('state'), XDG_CONFIG_HOME: file('config') },
    });

  for (const [option, alias] of rows.flatMap(([option, aliases]) => aliases.map((alias) => [option, alias] as const))) {
    test(`${alias} is ${option}`, async () => {
      // A value given under both names is refused, and both are named; a switch and a list may be given twice.
      const value = option.startsWith('--use-') ? [] : ['x'];
      const [one, other] =
        option === '--scopes' || value.length === 0
          ? await Promise.all([token(option, ...value), token(alias, ...value)])
          : [await token(option, 'x', alias, 'y'), undefined];
      assert.equal(one.exitCode, 2, one.stderr);
      if (other) assert.deepEqual(other, one);
      else assert.ok(one.stderr.includes(`${option} and ${alias} are one option`), one.stderr);
    });
  }
});
