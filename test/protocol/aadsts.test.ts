import assert from 'node:assert/strict';
import { test } from 'node:test';
import { type AadstsEntry, aadsts, aadstsByCode } from '../../src/protocol/aadsts.ts';

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
  '--password-file',
  '--redirect-port',
  '--refresh-token-file',
  '--resource',
  '--scopes',
  '--tenant',
  '--use-device-authentication',
  '--username',
]);
const verbs: ReadonlySet<string> = new Set(['token', 'exchange', 'login', 'renew', 'decode', 'explain', 'doctor']);

test('a next step names only options and verbs the command has', () => {
  for (const [name, { nextStep }] of entries) {
    for (const [option] of nextStep.matchAll(/--[a-z-]+/g)) assert.ok(options.has(option), `${name}: ${option}`);
    for (const [, verb = ''] of nextStep.matchAll(/partner-auth ([a-z]+)/g))
      assert.ok(verbs.has(verb), `${name}: ${verb}`);
  }
});

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
