import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { welcome } from '../../src/cli/commands/serve-welcome.ts';
import type { Sandbox } from '../../src/server/index.ts';
import { inProcessSandbox } from '../../src/server/index.ts';

/** What the screen says of the proxy. That its lines work in a shell is shown where `npm start` is pasted. */
const screen = async (platform: NodeJS.Platform, caFile: string | undefined): Promise<string> => {
  const sandbox = await inProcessSandbox({ logLevel: 'silent' });
  const proxy = caFile === undefined ? undefined : { url: 'http://127.0.0.1:8444', caFile };
  const shown: Sandbox = { ...sandbox, proxy };
  const text = welcome(shown, { command: 'partner-auth', platform, defaultFolder: '/nowhere' });
  await sandbox.close();
  return text;
};

test('the addresses for people and for programs are on the screen', async () => {
  const text = await screen('linux', undefined);
  for (const path of ['/devicelogin', '/console', '/sandbox'])
    assert.ok(text.includes(`https://localhost:8443${path}`), text);
});

describe('the proxy on the screen', () => {
  const platforms = [
    ['linux', "/o'hara/ca.pem", ["export REQUESTS_CA_BUNDLE='/o'\\''hara/ca.pem'\n", 'export SSL_CERT_FILE=']],
    ['darwin', '/ca.pem', ["export HTTPS_PROXY=http://127.0.0.1:8444 NO_PROXY='localhost,127.0.0.1'\n"]],
    [
      'win32',
      "C:\\o'hara\\ca.pem",
      [
        "$env:HTTPS_PROXY='http://127.0.0.1:8444'; $env:NO_PROXY='localhost,127.0.0.1'\n",
        "$env:REQUESTS_CA_BUNDLE='C:\\o''hara\\ca.pem'\n",
      ],
    ],
  ] as const;
  for (const [platform, caFile, lines] of platforms) {
    test(`${platform}: lines its shell can read`, async () => {
      const text = await screen(platform, caFile);
      for (const line of lines) assert.ok(text.includes(line), text);
    });
  }

  test('without a proxy it says how to get one', async () => {
    const text = await screen('linux', undefined);
    assert.deepEqual([text.includes('--proxy 0'), text.includes('HTTPS_PROXY')], [true, false]);
  });
});
