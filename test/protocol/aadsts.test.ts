import assert from 'node:assert/strict';
import { test } from 'node:test';
import { type AadstsEntry, aadsts, aadstsByCode } from '../../src/protocol/aadsts.ts';
import { oauthErrorNames } from '../../src/protocol/oauth-error-names.ts';
import { partnerCode, partnerCodes } from '../../src/protocol/partner-codes.ts';

const entries: readonly (readonly [string, AadstsEntry])[] = Object.entries(aadsts);

test('every code is declared once and found by its number', () => {
  for (const [, entry] of entries) assert.equal(aadstsByCode(entry.code), entry);
});

test('a code nobody declared is not found', () => {
  assert.equal(aadstsByCode(1), undefined);
});

/** Options of contract section 2 that a next step may name. */
const options: ReadonlySet<string> = new Set([
  '--access-token-file',
  '--application-id',
  '--certificate-file',
  '--certificate-thumbprint',
  '--client-secret-file',
  '--environment',
  '--help',
  '--output',
  '--password-file',
  '--redirect-port',
  '--refresh-token-file',
  '--resource',
  '--scopes',
  '--tenant',
  '--use-device-authentication',
  '--username',
  '--warn-days',
]);
const verbs: ReadonlySet<string> = new Set([
  'token',
  'exchange',
  'fan-out',
  'login',
  'status',
  'profile',
  'renew',
  'decode',
  'explain',
  'doctor',
]);

/** Everything a person is told of a code, whichever table it is from. */
const advice: readonly (readonly [name: string, text: { meaning: string; cause: string; nextStep: string }])[] = [
  ...entries,
  ...partnerCodes.map((entry) => [entry.code, entry] as const),
  ...oauthErrorNames.map((entry) => [entry.name, entry] as const),
];

test('a next step names only options and verbs the command has', () => {
  for (const [name, { cause, nextStep }] of advice) {
    for (const [option] of `${cause} ${nextStep}`.matchAll(/--[a-z-]+/g))
      assert.ok(options.has(option), `${name}: ${option}`);
    for (const [, verb = ''] of nextStep.matchAll(/partner-auth ([a-z-]+)/g))
      assert.ok(verbs.has(verb), `${name}: ${verb}`);
  }
});

test('a meaning is one short line, and the cause says more', () => {
  for (const [name, { meaning, cause }] of advice) {
    assert.ok(meaning.length <= 64, `${name}: ${meaning}`);
    assert.ok(meaning.endsWith('.'), name);
    assert.notEqual(meaning, cause, name);
  }
});

test('every error and suberror of the table is explained by its name', () => {
  const names = new Set(oauthErrorNames.map(({ name }) => name));
  for (const [, { error, v1Error, suberror }] of entries) {
    for (const each of [error, v1Error, suberror]) assert.ok(each === undefined || names.has(each), each);
  }
});

/** What users complained about (reference/partner-center.md section 8), and what a better tool tells them. */
const complaints: readonly (readonly [row: string, code: number | string, ...told: string[]])[] = [
  ['6', 700007, '--application-id', 'partner-auth login --application-id ID'],
  ['7', 50011, 'exactly http://localhost:', '--redirect-port 8400', 'exactly http://localhost:8400'],
  ['8', 7000218, '“Allow public client flows”', '--client-secret-file'],
  ['11', 50076, 'partner-auth login', '--use-device-authentication'],
  ['11', 50078, 'partner-auth login'],
  ['12', 50076, 'which policy applied', 'Correlation ID'],
  ['13', 70043, 'partner-auth login', 'a retry does not help', 'policy'],
  ['14, 15', 700082, 'partner-auth login', 'partner-auth renew', 'partner-auth status --warn-days'],
  ['16, 17', '900420', '--resource partner-center', '--resource partner)'],
  ['18', '10001', 'partner-auth login', 'partner-auth renew', 'partner-auth decode'],
  ['18', '900421', 'partner-auth login', 'partner-auth doctor', 'silent refresh does not help'],
  ['more', 65001, 'admin consent', '/v1/customers/{customer}/applicationconsents'],
  ['more', 90099, '/v1/customers/{customer}/applicationconsents', 'GDAP'],
  ['more', 90009, '--resource partner-center', '/.default'],
  ['ecosystem 1.3', 50173, 'partner-auth login'],
  ['ecosystem 1.3', 7000215, 'Value', '--client-secret-file'],
  ['CIPP', 53000, 'compliant device'],
  ['CIPP', 53003, 'which policy it was', 'Correlation ID'],
  ['CIPP', 530032, 'Correlation ID'],
  ['CIPP', 530034, 'partner tenant', 'partner-auth login'],
  ['CIPP', 530035, 'partner-auth login', '--username'],
];

for (const [row, code, ...told] of complaints) {
  test(`complaint ${row}: the next step of ${code}`, () => {
    const entry = typeof code === 'number' ? aadstsByCode(code) : partnerCode(code);
    for (const words of told) assert.ok(entry?.nextStep.includes(words), `${words}: ${entry?.nextStep}`);
  });
}

test('every sentence ends as one', () => {
  for (const [name, { message, cause, nextStep }] of entries) {
    for (const sentence of [message, cause, nextStep])
      assert.ok(['.', ')', '}', ']'].includes(sentence.at(-1) ?? ''), name);
  }
});

/** msal-node asks the user to sign in again when it finds one of these words in a description. */
const wordsMsalReads = [
  'interaction_required',
  'consent_required',
  'login_required',
  'bad_token',
  'ui_not_allowed',
  'interrupted_user',
];

test('no message holds a word that clients take for an error of another kind', () => {
  for (const [name, { message }] of entries) {
    for (const word of wordsMsalReads) assert.ok(!message.includes(word), `${name}: ${word}`);
  }
});
