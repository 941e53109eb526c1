import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { decodeProfiles, encodeProfiles, isProfileName } from '../../../src/cli/profiles/profile.ts';

const whole = {
  current: 'a',
  profiles: {
    a: {
      parameterSet: 'ServicePrincipal',
      environment: 'Sandbox',
      tenant: 'contoso.com',
      applicationId: 'id',
      scopes: ['a/x', 'a/y'],
      servicePrincipal: true,
      secrets: ['clientSecret'],
    },
    b: { authority: 'https://localhost:8443', module: 'ExchangeOnline', useDeviceAuthentication: true },
    c: {},
  },
};

test('what is read is written again as it was', () => {
  const text = `${JSON.stringify(whole, undefined, 2)}\n`;
  const profiles = decodeProfiles(text);
  assert.ok(!('flaw' in profiles));
  assert.equal(encodeProfiles(profiles), text);
});

describe('what is no file of profiles', () => {
  const withProfile = (profile: unknown) => JSON.stringify({ profiles: { a: profile } });
  const cases: readonly (readonly [string, string, string])[] = [
    ['nothing', '', 'it is no JSON object, or was cut short'],
    ['cut short', JSON.stringify(whole).slice(0, -20), 'it is no JSON object, or was cut short'],
    ['a list', '[]', 'it is no JSON object, or was cut short'],
    ['a member twice', '{"profiles":{},"profiles":{}}', 'it is no JSON object, or was cut short'],
    ['another program’s', '{"credentials":{},"profiles":{}}', "it has a member 'credentials' that is none of its own"],
    ['no profiles', '{}', "'profiles' is no object"],
    ['a current one that is not there', '{"current":"x","profiles":{}}', "'current' names no profile"],
    ['a current one of no text', '{"current":1,"profiles":{}}', "'current' names no profile"],
    ['a strange name', '{"profiles":{"a b":{}}}', "the profile 'a b' has a name of other characters"],
    ['a hidden name', '{"profiles":{"__proto__":{}}}', "the profile '__proto__' has a name of other characters"],
    ['a profile of no object', withProfile([]), "the profile 'a' is no object"],
    [
      'a secret',
      withProfile({ clientSecret: 'x' }),
      "the profile 'a' has a member 'clientSecret' that is none of a profile's",
    ],
    ['a number', withProfile({ tenant: 1 }), "the profile 'a' has a 'tenant' that is not text"],
    ['an empty text', withProfile({ tenant: '' }), "the profile 'a' has a 'tenant' that is not text"],
    ['scopes of no list', withProfile({ scopes: 'x' }), "the profile 'a' has a 'scopes' that is not a list of texts"],
    [
      'a switch that is off',
      withProfile({ servicePrincipal: false }),
      "the profile 'a' has a 'servicePrincipal' that is not true",
    ],
    [
      'an unknown secret',
      withProfile({ secrets: ['key'] }),
      "the profile 'a' has a 'secrets' that is not a list of clientSecret, password, certificatePassword",
    ],
  ];
  for (const [name, text, flaw] of cases) {
    test(name, () => assert.deepEqual(decodeProfiles(text), { flaw }));
  }
});

describe('names', () => {
  const cases: readonly (readonly [string, boolean])[] = [
    ['default', true],
    ['john.doe@contoso.com', true],
    ['A_1-b', true],
    ['x'.repeat(64), true],
    ['x'.repeat(65), false],
    ['', false],
    ['-x', false],
    ['.x', false],
    ['a/b', false],
    ['a b', false],
    ['\u001b[31m', false],
  ];
  for (const [name, fits] of cases) test(JSON.stringify(name), () => assert.equal(isProfileName(name), fits));
});
