import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Secret } from '../../src/base/secret.ts';
import {
  type Answer,
  advance,
  type Interaction,
  nextStep,
  obviousSignIn,
  type SignIn,
  type Situation,
  type Step,
  startedOver,
  type User,
} from '../../src/domain/index.ts';

const now = new Date('2026-11-21T09:00:00Z');
const ago = (seconds: number) => new Date(now.getTime() - seconds * 1000);

const user: User = {
  id: 'u',
  tenantId: 't',
  userPrincipalName: 'u@contoso.com',
  displayName: 'U',
  givenName: undefined,
  surname: undefined,
  mail: undefined,
  otherMails: [],
  accountEnabled: true,
  password: { cost: { cost: 2, blockSize: 1, parallelization: 1 }, salt: Buffer.of(), hash: Buffer.of() },
  forceChangePasswordNextSignIn: false,
  signInSessionsValidFrom: undefined,
  mfa: { required: false },
  partnerRoles: [],
  directoryRoles: [],
};
const enrolled = { required: true, totpSecret: new Secret('JBSWY3DPEHPK3PXP') };

const byPassword: SignIn = { userId: 'u', userTenantId: 't', methods: ['pwd'], authenticatedAt: now, sessionId: 's' };
const complete: SignIn = { ...byPassword, methods: ['pwd', 'mfa'] };

const interaction: Interaction = {
  purpose: {
    kind: 'authorize',
    appId: 'app',
    tenantPath: 'common',
    version: 'v2',
    asked: {},
    target: { redirectUri: 'https://app.example/', responseMode: 'query' },
    platform: 'web',
    wantsClientInfo: false,
  },
  demands: {},
  browserId: 'b',
  beganAt: now,
  turn: 0,
  isFresh: false,
};
const device: Interaction = {
  ...interaction,
  purpose: { kind: 'device', appId: 'app', tenantPath: 'common', version: 'v2', asked: {}, deviceGrantKey: 'k' },
};
const situation: Situation = { now, user, signIns: [], consent: 'given' };

type Case = readonly [name: string, expected: Step, interaction: Partial<Interaction>, situation: Partial<Situation>];

const fresh = { signIn: byPassword, isFresh: true } as const;

const cases: readonly Case[] = [
  ['nobody yet', 'signIn', {}, {}],
  ['accounts to choose from', 'pickAccount', {}, { signIns: [byPassword] }],
  ['another account than those', 'signIn', { isOtherAccount: true }, { signIns: [byPassword] }],
  ['a password', 'done', fresh, {}],
  ['a session is enough', 'done', { signIn: byPassword }, {}],
  ['the user is gone', 'signIn', fresh, { user: undefined }],
  ['another user', 'signIn', fresh, { user: { ...user, id: 'other' } }],
  ['the user is disabled', 'signIn', fresh, { user: { ...user, accountEnabled: false } }],
  [
    'signed in before a revocation',
    'signIn',
    { signIn: { ...byPassword, authenticatedAt: ago(1) } },
    { user: { ...user, signInSessionsValidFrom: now } },
  ],
  ['row 106: prompt=login with a session', 'signIn', { signIn: byPassword, demands: { freshSignIn: true } }, {}],
  ['row 106: prompt=login, proven here', 'done', { ...fresh, demands: { freshSignIn: true } }, {}],
  [
    'row 106: max_age reached',
    'done',
    { signIn: { ...byPassword, authenticatedAt: ago(60) }, demands: { maxAgeSeconds: 60 } },
    {},
  ],
  [
    'row 106: max_age passed',
    'signIn',
    { signIn: { ...byPassword, authenticatedAt: ago(61) }, demands: { maxAgeSeconds: 60 } },
    {},
  ],
  [
    'row 106: max_age passed on the way, proven here',
    'done',
    { signIn: { ...byPassword, authenticatedAt: ago(61) }, isFresh: true, demands: { maxAgeSeconds: 60 } },
    {},
  ],
  ['a second factor is due', 'verify', fresh, { user: { ...user, mfa: enrolled } }],
  ['a second factor is due in a session too', 'verify', { signIn: byPassword }, { user: { ...user, mfa: enrolled } }],
  ['a second factor was proven', 'done', { signIn: complete }, { user: { ...user, mfa: enrolled } }],
  [
    'a temporary password, after the second factor',
    'verify',
    fresh,
    { user: { ...user, forceChangePasswordNextSignIn: true, mfa: enrolled } },
  ],
  ['a temporary password', 'changePassword', fresh, { user: { ...user, forceChangePasswordNextSignIn: true } }],
  [
    'a temporary password is not changed by a session',
    'signIn',
    { signIn: byPassword },
    { user: { ...user, forceChangePasswordNextSignIn: true } },
  ],
  ['a second factor to set up', 'enrol', fresh, { user: { ...user, mfa: { required: true } } }],
  [
    'row 113: not set up by a session',
    'signIn',
    { signIn: byPassword },
    { user: { ...user, mfa: { required: true } } },
  ],
  [
    'row 113: not set up an hour after the password',
    'signIn',
    { signIn: { ...byPassword, authenticatedAt: ago(3600) }, isFresh: true },
    { user: { ...user, mfa: { required: true } } },
  ],
  ['consent is missing', 'consent', fresh, { consent: 'missing' }],
  ['row 104: consent only an administrator gives', 'needsAdministrator', fresh, { consent: 'administrator' }],
  ['consent was asked for', 'consent', { ...fresh, demands: { consent: 'user' } }, {}],
  ['consent was asked for and given', 'done', { ...fresh, isConsented: true, demands: { consent: 'user' } }, {}],
  ['row 104: consent taken back meanwhile', 'consent', { ...fresh, isConsented: true }, { consent: 'missing' }],
  ['a second factor before consent', 'verify', fresh, { user: { ...user, mfa: enrolled }, consent: 'missing' }],
];

for (const [name, expected, changes, around] of cases) {
  test(`${name}: ${expected}`, () => {
    assert.equal(nextStep({ ...interaction, ...changes }, { ...situation, ...around }), expected);
  });
}

test('row 122: a device’s sign-in is confirmed by the person, before consent, and never by itself', () => {
  const signedIn = { ...device, ...fresh };
  assert.equal(nextStep(signedIn, { ...situation, consent: 'missing' }), 'confirm');
  const confirmed = advance(signedIn, { step: 'confirm' }, { ...situation, consent: 'missing' });
  assert.equal(confirmed && nextStep(confirmed, { ...situation, consent: 'missing' }), 'consent');
});

test('row 103: an answer to another step than the one it stands at is none', () => {
  const answers: readonly Answer[] = [
    { step: 'pickAccount' },
    { step: 'pickAccount', signIn: complete },
    { step: 'verify' },
    { step: 'changePassword' },
    { step: 'enrol' },
    { step: 'confirm' },
    { step: 'consent' },
  ];
  for (const answer of answers) assert.equal(advance(interaction, answer, situation), undefined, answer.step);
});

test('row 103: whoever changes the user takes no factor, confirmation or consent along', () => {
  const far: Interaction = { ...device, signIn: complete, isFresh: true, isConfirmed: true, isConsented: true };
  const { signIn, isFresh, isConfirmed, isConsented } = startedOver(far);
  assert.deepEqual([signIn, isFresh, isConfirmed, isConsented], [undefined, false, undefined, undefined]);
  const again = { ...far, signIn: undefined } as unknown as Interaction;
  const other = advance(again, { step: 'signIn', signIn: { ...byPassword, userId: 'v' } }, situation);
  assert.deepEqual([other?.signIn?.methods, other?.isConfirmed, other?.isConsented], [['pwd'], undefined, undefined]);
});

test('a sign-in is used without asking when it is the only one or the one hinted at, and never when a choice was asked for', () => {
  const other = { ...byPassword, userId: 'v' };
  assert.equal(obviousSignIn({}, [byPassword]), byPassword);
  assert.equal(obviousSignIn({}, [byPassword, other]), undefined);
  assert.equal(obviousSignIn({}, [byPassword, other], other), other);
  assert.equal(obviousSignIn({ accountChoice: true }, [byPassword], byPassword), undefined);
});
