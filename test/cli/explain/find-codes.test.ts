import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { findCodes } from '../../../src/cli/explain/find-codes.ts';
import { type Explanation, explanations } from '../../../src/protocol/explanations.ts';
import { processorSeconds } from '../../support/times.ts';

const found = (words: readonly string[], known: readonly Explanation[] = explanations) => {
  const { explained, unknown } = findCodes(words, known);
  return [explained.map(({ code }) => code), unknown];
};

const entraMessage = `Error: post_request_failed: invalid_grant
{"error":"invalid_grant","error_description":"AADSTS700082: The refresh token has expired due to inactivity. The token was issued on 2026-08-01T10:00:00.0000000Z and was inactive for 90.00:00:00. Trace ID: 10001000-50011-4000-8000-000050076000 Correlation ID: 00050076-0000-4000-9000-000000010001 Timestamp: 2026-11-21 08:59:27Z","error_codes":[700082,50076],"timestamp":"2026-11-21 08:59:27Z"}`;

describe('codes in what was given', () => {
  const cases: readonly (readonly [
    name: string,
    words: readonly string[],
    codes: readonly string[],
    unknown?: readonly string[],
  ])[] = [
    ['with its letters', ['AADSTS700082'], ['AADSTS700082']],
    ['the number alone', ['700082'], ['AADSTS700082']],
    ['in any letter case', ['aadsts700082'], ['AADSTS700082']],
    ['with what was copied along', ['"AADSTS700082:",', '(900421).'], ['AADSTS700082', '900421']],
    ['of Partner Center', ['900421'], ['900421']],
    ['zero, which is one', ['0'], ['0']],
    ['several, in their order, each once', ['50076', '900420', 'AADSTS50076'], ['AADSTS50076', '900420']],
    ['the letters do not find Partner Center’s', ['AADSTS900421'], [], ['AADSTS900421']],
    ['by the name', ['Invalid_Grant', 'basic_action'], ['invalid_grant', 'basic_action']],
    ['a name and a number', ['invalid_grant', '700082'], ['invalid_grant', 'AADSTS700082']],
    ['unknown ones beside known ones', ['700082', '123456', 'AADSTS1'], ['AADSTS700082'], ['123456', 'AADSTS1']],
    ['a message, whose identifiers and instants are no codes', [entraMessage], ['AADSTS700082', 'AADSTS50076']],
    ['a message that was not quoted', entraMessage.split(/\s+/), ['AADSTS700082', 'AADSTS50076']],
    ['the code apart from its letters', ['AADSTS', '50011:', 'the', 'redirect'], ['AADSTS50011']],
    ['an unknown one in a message', ['failed with AADSTS999999: no idea'], [], ['AADSTS999999']],
    ['Partner Center’s body', ['{"code":"2032","description":"Access denied","source":"PartnerFD"}'], ['2032']],
    ['Partner Center’s number without quotes', ['{ "code" : 900420 }'], ['900420']],
    ['our own failure', ['error: Partner Center refused the request with HTTP 401 and 400: Access denied'], ['400']],
    ['in a sentence', ['the API says 900421 since June.'], ['900421']],
    ['at the end of a sentence', ['since June the API says 900421.'], ['900421']],
    [
      'a year, a port and an amount in a sentence',
      ['in 2026 port 50011x and 10001.5 of 10001-2 and http://localhost:50011'],
      [],
    ],
    ['the name where there is no number', ['the answer was {"error":"invalid_grant"}'], ['invalid_grant']],
    ['nothing', ['nothing of interest'], []],
  ];
  for (const [name, words, codes, unknown = []] of cases) {
    test(name, () => assert.deepEqual(found(words), [codes, unknown]));
  }
});

test('a number that is in both tables is explained from both', () => {
  const [entra, partner] = [explanations[0], explanations.find(({ source }) => source === 'Partner Center')];
  assert.ok(entra && partner);
  const known = [
    { ...entra, code: 'AADSTS4711' },
    { ...partner, code: '4711' },
  ];
  assert.deepEqual(found(['4711'], known), [['AADSTS4711', '4711'], []]);
  assert.deepEqual(found(['AADSTS4711'], known), [['AADSTS4711'], []]);
});

test('a long text is searched in no time', () => {
  const text = `${'AADSTS '.repeat(4000)}${'a_'.repeat(16_000)}${'1'.repeat(4000)}`;
  const seconds = processorSeconds(() => findCodes([text], explanations));
  assert.ok(seconds < 1, `${seconds} s`);
});
