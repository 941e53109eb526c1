import assert from 'node:assert/strict';
import { chmodSync, mkdirSync, writeFileSync } from 'node:fs';
import { delimiter, join } from 'node:path';
import { after, before, describe, test } from 'node:test';
import { tokenParts } from '../support/answer.ts';
import { commandFile, repository } from '../support/built-command.ts';
import { runChild } from '../support/child.ts';
import { type ServedSandbox, scratchFolder, serveSandbox } from '../support/served-sandbox.ts';
import { clientId, clientSecret, customer, partnerCenter, tenant } from './run-client.ts';

/** Programs of Azure's and Graph's that are handed our credential, or read what our command prints, in processes of their own. */
let sandbox: ServedSandbox;
const folder = scratchFolder();

before(async () => {
  sandbox = await serveSandbox(join(folder, 'data'), ['--proxy', '0']);
});
after(() => sandbox.stop());

async function program(name: string, args: readonly string[], variables: Record<string, string>) {
  const { exitCode, stdout, stderr } = await runChild(process.execPath, [join(import.meta.dirname, name), ...args], {
    cwd: repository,
    variables,
  });
  assert.equal(exitCode, 0, stderr);
  return JSON.parse(stdout);
}

test('Graph’s client and Azure’s pipeline, at Graph’s own address', async () => {
  const { proxyUrl = '', caFile } = sandbox;
  const variables = { HTTPS_PROXY: proxyUrl, NODE_USE_ENV_PROXY: '1', NODE_EXTRA_CA_CERTS: caFile };
  assert.deepEqual(await program('graph.program.ts', [], variables), {
    me: 'john.doe@contoso.com',
    refused: [404, 'Request_ResourceNotFound'],
    organization: tenant,
  });
});

describe('AzureCliCredential, with examples/az in the place of az', () => {
  /** A folder with the command as it is when it is installed. */
  function installed(): string {
    const bin = join(folder, 'bin');
    mkdirSync(bin, { recursive: true });
    const file = join(bin, 'partner-auth');
    writeFileSync(file, `#!/bin/sh\nexec '${process.execPath}' '${commandFile}' "$@"\n`);
    chmodSync(file, 0o755);
    return bin;
  }

  const variables = (): Record<string, string> => ({
    PATH: [join(repository, 'examples', 'az'), installed(), process.env.PATH].join(delimiter),
    PARTNER_AUTH_ENVIRONMENT: 'Sandbox',
    PARTNER_AUTH_ENVIRONMENT_FILE: sandbox.environmentFile,
    AZURE_CLIENT_ID: clientId,
    AZURE_CLIENT_SECRET: clientSecret,
    AZURE_TENANT_ID: tenant,
  });

  for (const [name, args, tid] of [
    ['the tenant of the environment', [], tenant],
    ['a tenant of its own', [customer], customer],
  ] as const) {
    test(`a token: ${name}`, async () => {
      const scope = `${partnerCenter}/.default`;
      const found = await program('azure-cli-credential.program.ts', [scope, ...args], variables());
      const { aud, tid: of, exp } = tokenParts(found.token).claims;
      assert.deepEqual([aud, of, found.tokenType], [partnerCenter, tid, 'Bearer']);
      assert.ok(Math.abs(Number(exp) * 1000 - found.expiresOnTimestamp) < 400_000);
    });
  }

  test('a refusal reaches the program in our words', async () => {
    const wrong = { ...variables(), AZURE_CLIENT_SECRET: 'wrong' };
    const { name, message } = await program('azure-cli-credential.program.ts', [`${partnerCenter}/.default`], wrong);
    assert.equal(name, 'CredentialUnavailableError');
    assert.ok(message.startsWith('error: The authority refused the request: invalid_client. AADSTS7000215'), message);
  });

  test('what else az can do is refused', async () => {
    const { exitCode, stdout, stderr } = await runChild('az', ['account', 'list'], { variables: variables() });
    assert.deepEqual([exitCode, stdout, stderr], [2, '', 'az: only account get-access-token is here\n']);
  });
});
