import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { nearestCodes } from '../../../src/cli/explain/nearest-codes.ts';
import { aadsts } from '../../../src/protocol/aadsts.ts';
import { explanations } from '../../../src/protocol/explanations.ts';
import { partnerCodes } from '../../../src/protocol/partner-codes.ts';
import { partnerAuth } from '../command.ts';

const near = (code: string): string =>
  nearestCodes(code, explanations)
    .map((each) => `${each.code} (${each.meaning})`)
    .join(' ');

describe('explain', () => {
  test('a code, as an ordinary result', async () => {
    const { exitCode, stdout, stderr, sent } = await partnerAuth(['explain', '700082']);
    const { code, error, suberror, status, meaning, cause, nextStep, message } = aadsts.refreshTokenInactive;
    assert.deepEqual([exitCode, stderr, sent.length], [0, '', 0]);
    assert.deepEqual(JSON.parse(stdout), [
      {
        code: `AADSTS${code}`,
        source: 'Microsoft Entra',
        error,
        suberror,
        status,
        meaning,
        cause,
        nextStep,
        message,
        page: 'https://login.microsoftonline.com/error?code=700082',
      },
    ]);
  });

  test('--query and --output as with any result', async () => {
    const { stdout } = await partnerAuth(['explain', '900421', '50076', '--query', '[].code', '-o', 'tsv']);
    assert.equal(stdout, '900421\nAADSTS50076\n');
  });

  test('on a terminal, a block for each code in at most 80 columns', async () => {
    const { stdout } = await partnerAuth(['explain', 'AADSTS700082', '900420'], { terminal: true });
    assert.equal(
      stdout,
      `AADSTS700082: The refresh token was not used for 90 days.
  cause  Each use makes a refresh token last 90 days more, and nothing used this
         one for so long.
  next   Sign in again with partner-auth login; then run partner-auth renew from
         a scheduler, and let partner-auth status --warn-days 14 warn ahead.
  from   Microsoft Entra: invalid_grant, bad_token, HTTP 400

900420: The audience is not valid, or no longer supported.
  cause  The bearer was issued for another resource; Azure AD Graph
         (graph.windows.net) has been retired.
  next   Ask for the Partner Center audience: --resource partner-center (for
         Referrals and price sheets: --resource partner). A retry or a refresh
         of the same token does not help.
  from   Partner Center: HTTP 401
`,
    );
  });

  test('a message from standard input', async () => {
    const { stdout } = await partnerAuth(['explain', '-', '--query', '[].code', '-o', 'tsv'], {
      stdin: 'AADSTS50011: The redirect URI does not match\nAADSTS7000218: The request body must contain\n',
    });
    assert.equal(stdout, 'AADSTS50011\nAADSTS7000218\n');
  });

  test('without a code: all of them', async () => {
    const { stdout } = await partnerAuth(['explain']);
    assert.deepEqual(JSON.parse(stdout), explanations);
    const numbers = explanations.map(({ code }) => code);
    for (const { code } of Object.values(aadsts)) assert.ok(numbers.includes(`AADSTS${code}`));
    for (const { code } of partnerCodes) assert.ok(numbers.includes(code));
  });

  test('without a code on a terminal: a line each, by source, in at most 80 columns', async () => {
    const lines = (await partnerAuth(['explain'], { terminal: true })).stdout.split('\n');
    assert.equal(lines[0], 'Microsoft Entra');
    assert.ok(lines.includes('  AADSTS700082   The refresh token was not used for 90 days.'));
    assert.ok(lines.includes('  900421  The token has no valid MFA claim.'));
    assert.deepEqual(
      lines.filter((line) => line.length > 80),
      [],
    );
  });

  const unknown: readonly (readonly [name: string, words: readonly string[], message: string, hint: string])[] = [
    [
      'a code in no table',
      ['70082'],
      'error: The code 70082 is in no table here.',
      `  next: Near to it: ${near('70082')} Entra’s own words, for its codes: https://login.microsoftonline.com/error?code=70082. partner-auth explain lists the codes known here.`,
    ],
    [
      'an HTTP status',
      ['503'],
      'error: The code 503 is in no table here.',
      '  next: 503 is an HTTP status too; the answer’s body says more: code at Partner Center, AADSTS… at Entra.',
    ],
    [
      'a misspelled name',
      ['invalid_grnt'],
      'error: There is no error code in what was given.',
      '  next: Near to it: invalid_grant (The sign-in behind the request no longer counts.) Give a code (AADSTS700082, 900421, invalid_grant) or the whole message, quoted. partner-auth explain lists all codes.',
    ],
    [
      'anything else, which may be a secret and is not repeated',
      ['CANARY-secret'],
      'error: There is no error code in what was given.',
      '  next: Give a code (AADSTS700082, 900421, invalid_grant) or the whole message, quoted. partner-auth explain lists all codes.',
    ],
  ];
  for (const [name, words, message, hint] of unknown) {
    test(`${name}: exit 3`, async () => {
      const { exitCode, stdout, stderr } = await partnerAuth(['explain', ...words]);
      assert.deepEqual([exitCode, stdout, stderr], [3, '', `${message}\n${hint}\n`]);
    });
  }

  test('a known code beside an unknown one: the known is explained, exit 8', async () => {
    const { exitCode, stdout, stderr } = await partnerAuth([
      'explain',
      '700082',
      '314159265',
      '--query',
      '[].code',
      '-o',
      'tsv',
    ]);
    assert.deepEqual([exitCode, stdout], [8, 'AADSTS700082\n']);
    assert.equal(
      stderr,
      'warning: The code 314159265 is in no table here. Entra’s own words, for its codes: https://login.microsoftonline.com/error?code=314159265. partner-auth explain lists the codes known here.\n',
    );
  });
});
