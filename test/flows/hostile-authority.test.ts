import assert from 'node:assert/strict';
import { writeFileSync } from 'node:fs';
import type { RequestListener } from 'node:http';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { before, describe, test } from 'node:test';
import { goodToken, hostileAnswers, json, terminalText } from '../clients/authorities/hostile.ts';
import { places } from '../clients/authorities/places.ts';
import { serving } from '../clients/authorities/serving.ts';
import { ensureBuilt, partnerAuth } from '../support/built-command.ts';
import { scratchFolder } from '../support/served-sandbox.ts';
import { assertWithin, secondsSince } from '../support/times.ts';

/** The command as it is published, against a server that answers garbage: one clear sentence, the documented exit code. */

const folder = scratchFolder();
const tenant = 'aaaabbbb-0000-cccc-1111-dddd2222eeee';
const identity = [
  '--application-id',
  '00001111-aaaa-2222-bbbb-3333cccc4444',
  '--tenant',
  tenant,
  '--resource',
  'graph',
];
const common = [...identity, '--timeout', '1', '--output', 'json'];

before(ensureBuilt);

/** Nothing that a terminal would obey, and no more than a screen. */
function assertHarmless(text: string): void {
  assert.ok(
    !/[\u0000-\u0009\u000b-\u001f\u007f-\u009f\u200b-\u200f\u202a-\u202e\u2066-\u2069]/.test(text),
    JSON.stringify(text),
  );
  assert.ok(text.length < 4_000, `${text.length} characters`);
}

describe('row 19: garbage for a token', { concurrency: 4 }, () => {
  for (const { name, exit, says, answer } of hostileAnswers) {
    test(`${name}: exit ${exit}`, async () => {
      await using server = await serving(() => answer);
      const begunAt = performance.now();
      const { exitCode, stdout, stderr } = await partnerAuth(['token', ...common], {
        variables: { PARTNER_AUTH_AUTHORITY_HOST: server.authority, PARTNER_AUTH_CLIENT_SECRET: 'secret-of-the-app' },
      });
      assert.equal(exitCode, exit, stderr.slice(0, 2_000));
      assertWithin(12, secondsSince(begunAt));
      assertHarmless(stderr);
      if (exit === 0) assert.equal(JSON.parse(stdout).accessToken, goodToken.access_token);
      else {
        assert.equal(stdout, '');
        const [sentence = ''] = stderr.split('\n');
        assert.ok(sentence.startsWith('error: ') && sentence.includes(says), sentence);
      }
    });
  }
});

/** Of those that are tried again one will do; a pause that is ordered would keep the others from being asked. */
const quick = hostileAnswers.filter(
  ({ exit, says }) => exit !== 0 && !/did not answer|could not be reached|broke off|HTTP 429/.test(says),
);

describe('row 19: garbage for a Partner Center token', { concurrency: 4 }, () => {
  /** Its lifetime is optional there, and there is one. */
  const taken = ['a longer life without measure', 'a life below nothing'];
  const inItsWords = {
    name: 'its own error, without end and with sequences',
    exit: 5,
    answer: json(
      { code: `1${terminalText}`, description: `${terminalText}${'x'.repeat(400_000)}`, data: ['y'.repeat(400_000)] },
      400,
      { 'ms-requestid': 'z'.repeat(8_000) },
    ),
  };
  for (const { name, exit, answer } of [...quick, inItsWords]) {
    const expected = taken.includes(name) ? 0 : exit;
    test(`${name}: exit ${expected}`, async () => {
      await using server = await serving(() => answer);
      const args = ['exchange', '--access-token-file', '-', '--timeout', '1', '--output', 'json'];
      const { exitCode, stdout, stderr } = await partnerAuth(args, {
        stdin: 'a-bearer',
        variables: { PARTNER_AUTH_AUTHORITY_HOST: server.authority },
      });
      assert.equal(exitCode, expected, stderr);
      assertHarmless(stderr);
      assert.equal(stdout === '', expected !== 0);
      assert.ok(expected === 0 || stderr.startsWith('error: '), stderr);
    });
  }
});

const publicIdentity = [
  '--application-id',
  '11112222-bbbb-3333-cccc-4444dddd5555',
  '--tenant',
  tenant,
  '--resource',
  'graph',
];

/** An authority in all but the device code it hands out; whoever signs in there declines. */
function deviceAuthority(device: unknown) {
  return serving((authority) => {
    const at = `${authority}/${tenant}`;
    const metadata = {
      issuer: `${at}/v2.0`,
      token_endpoint: `${at}${places.token}`,
      jwks_uri: `${at}${places.keys}`,
      device_authorization_endpoint: `${at}${places.deviceCode}`,
    };
    const answers: Readonly<Record<string, RequestListener>> = {
      [`/${tenant}${places.metadata}`]: json(metadata),
      [`/${tenant}${places.deviceCode}`]: json(device),
      [`/${tenant}${places.token}`]: json({ error: 'authorization_declined' }, 400),
    };
    return (request, response) => answers[request.url ?? '']?.(request, response);
  });
}

describe('row 19: garbage for a device code', { concurrency: 4 }, () => {
  const good = {
    user_code: 'ABCD-EFGH',
    device_code: 'd',
    verification_uri: 'https://x.test/device',
    expires_in: 60,
    interval: 1,
  };
  const unusable = 'The authority’s answer holds no device code that can be used.';
  const declined = 'The authority refused the request: authorization_declined.';
  const cases: readonly [name: string, device: unknown, exit: 5 | 6, says: string, shows: string][] = [
    ['none of it garbage', good, 5, declined, 'open https://x.test/device and enter the code ABCD-EFGH'],
    [
      'sequences in the code',
      { ...good, user_code: `AB${terminalText}` },
      5,
      declined,
      'enter the code AB\\u001b[2J\\u001b]0;owned\\u0007',
    ],
    [
      'sequences in the address',
      { ...good, verification_uri: `https://x.test/${terminalText}` },
      5,
      declined,
      'open https://x.test/\\u001b[2J',
    ],
    ['sequences in the message', { ...good, message: terminalText }, 5, declined, 'open https://x.test/device'],
    ['a script for an address', { ...good, verification_uri: 'javascript:alert(1)' }, 6, unusable, ''],
    ['a file for an address', { ...good, verification_uri: 'file:///etc/passwd' }, 6, unusable, ''],
    ['no address', { ...good, verification_uri: 'x.test/device' }, 6, unusable, ''],
    ['an address without end', { ...good, verification_uri: `https://x.test/${'x'.repeat(100_000)}` }, 6, unusable, ''],
    ['a code without end', { ...good, user_code: 'A'.repeat(100_000) }, 6, unusable, ''],
    ['a life without end', { ...good, expires_in: 999_999_999 }, 6, unusable, ''],
    ['a pause longer than its life', { ...good, expires_in: 1, interval: 999_999_999_999 }, 5, declined, 'ABCD-EFGH'],
    ['no code', { ...good, user_code: undefined }, 6, unusable, ''],
    ['HTML', '<html>', 6, unusable, ''],
  ];
  for (const [name, device, exit, says, shows] of cases) {
    test(`${name}: exit ${exit}`, async () => {
      await using server = await deviceAuthority(device);
      const asked = ['--use-device-authentication', '--timeout', '2', '--output', 'json'];
      const { exitCode, stdout, stderr } = await partnerAuth(['token', ...publicIdentity, ...asked], {
        variables: { PARTNER_AUTH_AUTHORITY_HOST: server.authority },
      });
      assert.deepEqual([exitCode, stdout], [exit, ''], stderr);
      assertHarmless(stderr);
      assert.ok(stderr.includes(shows), stderr);
      const sentence = stderr.split('\n').find((line) => line.startsWith('error: ')) ?? '';
      assert.ok(sentence.startsWith(`error: ${says}`), stderr);
    });
  }
});

describe('whatever is answered, nothing that is stored is lost', () => {
  const ended = { name: 'the sign-in has ended', answer: json({ error: 'invalid_grant', error_codes: [700082] }, 400) };

  test('a sign-in and its token, by every one of them in turn', { timeout: 200_000 }, async () => {
    const keyFile = join(folder, 'key');
    const refreshTokenFile = join(folder, 'refresh-token');
    writeFileSync(keyFile, Buffer.alloc(32, 7).toString('base64'), { mode: 0o600 });
    writeFileSync(refreshTokenFile, 'refresh-0', { mode: 0o600 });
    const sent: (string | null)[] = [];
    const good: RequestListener = async (request, response) => {
      sent.push(new URLSearchParams(await text(request)).get('refresh_token'));
      json({ ...goodToken, refresh_token: `refresh-${sent.length}` })(request, response);
    };
    let answer = good;
    await using server = await serving(() => (request, response) => answer(request, response));
    const run = (...more: readonly string[]) =>
      partnerAuth(
        [
          'token',
          ...publicIdentity,
          '--refresh-token-file',
          refreshTokenFile,
          '--timeout',
          '1',
          '--output',
          'json',
          ...more,
        ],
        {
          variables: {
            PARTNER_AUTH_AUTHORITY_HOST: server.authority,
            PARTNER_AUTH_KEY_FILE: keyFile,
            XDG_STATE_HOME: folder,
          },
        },
      );
    assert.equal((await run()).exitCode, 0);
    for (const { name, answer: garbage } of [...quick, ended]) {
      answer = garbage;
      const { exitCode, stdout, stderr } = await run('--force-refresh');
      assertHarmless(stderr);
      // What may pass by itself is bridged by the stored token, with a warning; everything else is said.
      if (exitCode === 0)
        assert.ok(stderr.startsWith('warning: The token could not be replaced'), `${name}: ${stderr}`);
      else assert.ok(stdout === '' && stderr.startsWith('error: '), `${name}: ${stderr}`);
      const kept = await run();
      assert.deepEqual([kept.exitCode, JSON.parse(kept.stdout).fromCache], [0, true], `${name}: ${kept.stderr}`);
    }
    answer = good;
    assert.equal((await run('--force-refresh')).exitCode, 0);
    assert.deepEqual(sent, ['refresh-0', 'refresh-1']);
  });
});
