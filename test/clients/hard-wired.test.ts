import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { after, before, describe, test } from 'node:test';
import { tokenParts } from '../support/answer.ts';
import { repository } from '../support/built-command.ts';
import { cleanEnvironment, runChild } from '../support/child.ts';
import { missingProgram } from '../support/debian-program.ts';
import { type ServedSandbox, scratchFolder, serveSandbox } from '../support/served-sandbox.ts';
import { clientId, clientSecret, partnerCenter, publicClientId, runClient, tenant } from './run-client.ts';

/** Unmodified clients with their own hosts: nothing but a proxy and a certificate authority to trust is set for them. */
let sandbox: ServedSandbox;
let variables: Record<string, string>;
const folder = scratchFolder();

before(async () => {
  sandbox = await serveSandbox(join(folder, 'data'), ['--proxy', '0']);
  const { proxyUrl = '', caFile } = sandbox;
  variables = {
    HTTPS_PROXY: proxyUrl,
    REQUESTS_CA_BUNDLE: caFile,
    NODE_USE_ENV_PROXY: '1',
    NODE_EXTRA_CA_CERTS: caFile,
  };
});

after(() => sandbox.stop());

function assertAppOnly(accessToken: unknown, issuer = 'sts.windows.net'): void {
  const { aud, tid, appid, idtyp, iss } = tokenParts(accessToken).claims;
  assert.deepEqual(
    { aud, tid, appid, idtyp, iss },
    { aud: partnerCenter, tid: tenant, appid: clientId, idtyp: 'app', iss: `https://${issuer}/${tenant}/` },
  );
}

const noAz = missingProgram(['az', 'version', '--output', 'none'], 'azure-cli');

describe('azure-cli', { skip: noAz }, () => {
  const az = async (home: string, ...args: readonly string[]) => {
    const AZURE_CONFIG_DIR = join(folder, home);
    mkdirSync(AZURE_CONFIG_DIR, { recursive: true });
    const { exitCode, stdout, stderr } = await runChild('az', args, {
      variables: { ...variables, AZURE_CONFIG_DIR, AZURE_CORE_COLLECT_TELEMETRY: 'false' },
    });
    return { exitCode, stderr, result: exitCode === 0 && stdout !== '' ? JSON.parse(stdout) : undefined };
  };
  const login = (secret: string) => ['login', '--service-principal', '-u', clientId, '-p', secret, '--tenant', tenant];

  test('az login --service-principal finds the subscription; az account get-access-token has the token', async () => {
    const signedIn = await az('az', ...login(clientSecret));
    assert.equal(signedIn.exitCode, 0, signedIn.stderr);
    const [{ name, state, tenantId, user }] = signedIn.result;
    assert.deepEqual(
      { name, state, tenantId, user },
      {
        name: 'Contoso (sandbox)',
        state: 'Enabled',
        tenantId: tenant,
        user: { name: clientId, type: 'servicePrincipal' },
      },
    );
    const token = await az('az', 'account', 'get-access-token', '--resource', partnerCenter);
    assert.equal(token.exitCode, 0, token.stderr);
    assertAppOnly(token.result.accessToken);
  });

  test('az login --service-principal with the certificate of the first start', async () => {
    const file = join(folder, 'data', 'client.pem');
    const signedIn = await az('az-certificate', ...login(file));
    assert.equal(signedIn.exitCode, 0, signedIn.stderr);
    const token = await az('az-certificate', 'account', 'get-access-token', '--resource', partnerCenter);
    assert.equal(token.exitCode, 0, token.stderr);
    assertAppOnly(token.result.accessToken);
  });

  test('az login --use-device-code signs a user in, and get-access-token refreshes for another resource', async () => {
    const AZURE_CONFIG_DIR = join(folder, 'az-device');
    const child = spawn('az', ['login', '--use-device-code', '--allow-no-subscriptions'], {
      env: cleanEnvironment({ ...variables, AZURE_CONFIG_DIR, AZURE_CORE_COLLECT_TELEMETRY: 'false' }),
      timeout: 60_000,
    });
    const ended = once(child, 'close');
    let stderr = '';
    for await (const piece of child.stderr.setEncoding('utf8')) {
      stderr += piece;
      const [, userCode] = /enter the code (\w+) to authenticate/.exec(stderr) ?? [];
      if (userCode === undefined) continue;
      const approved = await runClient('approve-device.program.ts', sandbox, userCode, 'jane.roe@contoso.com');
      assert.deepEqual(approved, { status: 200 });
      break;
    }
    const [exitCode] = await ended;
    assert.equal(exitCode, 0, stderr);
    const token = await az('az-device', 'account', 'get-access-token', '--resource', partnerCenter);
    assert.equal(token.exitCode, 0, token.stderr);
    const { aud, upn, tid } = tokenParts(token.result.accessToken).claims;
    assert.deepEqual({ aud, upn, tid }, { aud: partnerCenter, upn: 'jane.roe@contoso.com', tid: tenant });
  });

  test('a wrong secret is refused in Entra’s words', async () => {
    const { exitCode, stderr } = await az('az-wrong', ...login('wrong'));
    assert.notEqual(exitCode, 0);
    assert.ok(stderr.includes('AADSTS7000215'), stderr);
  });
});

describe('msal-node', () => {
  const login = 'login.microsoftonline.com';
  const ppe = 'login.windows-ppe.net';
  /** The authority, the hosts it then asks (it knows some clouds by heart), and who issued the token. */
  const authorities = [
    [login, [login], 'sts.windows.net'],
    ['login.windows.net', [login], 'sts.windows.net'],
    ['login.microsoftonline.us', ['login.microsoftonline.us'], 'sts.windows.net'],
    ['login.chinacloudapi.cn', ['login.partner.microsoftonline.cn'], 'sts.chinacloudapi.cn'],
    [ppe, [login, ppe, ppe], 'sts.windows-ppe.net'],
  ] as const;
  for (const [host, asked, issuer] of authorities) {
    test(`authority https://${host}`, async () => {
      const program = join(import.meta.dirname, 'msal-node-hard-wired.program.ts');
      const { exitCode, stdout, stderr } = await runChild(process.execPath, [program, host], {
        cwd: repository,
        variables,
      });
      assert.equal(exitCode, 0, stderr);
      const { accessToken, hosts } = JSON.parse(stdout);
      assertAppOnly(accessToken, issuer);
      assert.deepEqual(hosts, asked);
    });
  }
});

const noPythonMsal = missingProgram(['/usr/bin/python3', '-c', 'import msal'], 'python3-msal');

describe('MSAL for Python', { skip: noPythonMsal }, () => {
  for (const host of ['login.microsoftonline.com', 'login.windows.net']) {
    test(`authority https://${host}`, async () => {
      const { exitCode, stdout, stderr } = await runChild('/usr/bin/python3', ['-c', pythonMsal, host], { variables });
      assert.equal(exitCode, 0, stderr);
      const { access_token, token_type, error_description } = JSON.parse(stdout);
      assert.equal(token_type, 'Bearer', error_description);
      assertAppOnly(access_token);
    });
  }

  test('a user by name and password: it asks for the user’s realm first', async () => {
    const { exitCode, stdout, stderr } = await runChild('/usr/bin/python3', ['-c', pythonMsalPassword], { variables });
    assert.equal(exitCode, 0, stderr);
    const { access_token, error_description } = JSON.parse(stdout);
    assert.equal(error_description, undefined);
    const { aud, upn, iss } = tokenParts(access_token).claims;
    assert.deepEqual(
      { aud, upn, iss },
      { aud: partnerCenter, upn: 'john.doe@contoso.com', iss: `https://sts.windows.net/${tenant}/` },
    );
  });
});

const pythonMsalPassword = `
import json, msal
application = msal.PublicClientApplication(
    '${publicClientId}', authority='https://login.microsoftonline.com/organizations'
)
print(json.dumps(application.acquire_token_by_username_password(
    'john.doe@contoso.com', 'PCTestPassword@123', ['${partnerCenter}/user_impersonation']
)))
`;

const pythonMsal = `
import json, msal, sys
application = msal.ConfidentialClientApplication(
    '${clientId}',
    client_credential='${clientSecret}',
    authority=f'https://{sys.argv[1]}/${tenant}',
)
print(json.dumps(application.acquire_token_for_client(['${partnerCenter}/.default'])))
`;
