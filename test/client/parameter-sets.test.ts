import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { type Member, type ParameterSetName, resolveParameterSet } from '../../src/client/parameter-sets.ts';

const resolved = (chosen: readonly Member[], filled: readonly Member[] = []) =>
  resolveParameterSet(new Set(chosen), new Set(filled));

describe('the set follows from what was chosen', () => {
  const cases: readonly [ParameterSetName, readonly Member[]][] = [
    ['AccessToken', ['accessToken', 'applicationId', 'scopes']],
    ['AccessToken', ['accessToken', 'applicationId', 'scopes', 'credential', 'environment', 'tenant']],
    ['RefreshToken', ['refreshToken', 'scopes']],
    ['RefreshToken', ['refreshToken', 'scopes', 'applicationId', 'credential', 'servicePrincipal', 'tenant', 'module']],
    ['RefreshToken', ['refreshToken', 'module', 'credential']],
    ['RefreshToken', ['refreshToken', 'scopes', 'certificate', 'applicationId']],
    ['ServicePrincipal', ['applicationId', 'credential', 'scopes', 'tenant']],
    [
      'ServicePrincipal',
      ['applicationId', 'credential', 'scopes', 'tenant', 'servicePrincipal', 'useAuthorizationCode'],
    ],
    ['ServicePrincipalCertificate', ['applicationId', 'certificate', 'scopes', 'tenant']],
    ['ServicePrincipalCertificate', ['applicationId', 'certificate', 'scopes', 'tenant', 'useAuthorizationCode']],
    ['User', ['applicationId', 'scopes']],
    ['User', ['applicationId', 'scopes', 'tenant', 'environment']],
    ['User', ['applicationId', 'scopes', 'useAuthorizationCode', 'useDeviceAuthentication']],
    ['ByModule', ['module']],
    ['ByModule', ['module', 'refreshToken', 'tenant', 'environment', 'useAuthorizationCode']],
    ['Password', ['applicationId', 'username', 'password', 'scopes']],
    ['Password', ['applicationId', 'username', 'password', 'scopes', 'credential', 'tenant', 'environment']],
  ];
  for (const [set, chosen] of cases) {
    test(`${chosen.join(' ')} → ${set}`, () => assert.deepEqual(resolved(chosen), { set }));
  }
});

describe('what is filled in completes a set and decides none against a choice', () => {
  const cases: readonly [ParameterSetName, readonly Member[], readonly Member[]][] = [
    ['ServicePrincipal', ['scopes'], ['applicationId', 'credential', 'tenant']],
    ['User', ['scopes', 'useDeviceAuthentication'], ['applicationId', 'credential', 'tenant']],
    ['Password', ['username', 'scopes'], ['applicationId', 'password', 'credential', 'tenant']],
    ['AccessToken', ['accessToken'], ['applicationId', 'scopes', 'tenant', 'credential', 'refreshToken']],
    ['User', ['applicationId', 'scopes'], ['accessToken']],
    ['ByModule', ['module'], ['applicationId', 'credential', 'tenant']],
  ];
  for (const [set, chosen, filled] of cases) {
    test(`${chosen.join(' ')} with ${filled.join(' ')} → ${set}`, () =>
      assert.deepEqual(resolved(chosen, filled), { set }));
  }
});

describe('what fits no set, or two, is named', () => {
  const cases: readonly [string, readonly Member[], object][] = [
    [
      'a missing tenant',
      ['applicationId', 'credential', 'scopes'],
      { problem: 'incomplete', sets: [{ set: 'ServicePrincipal', members: [['tenant']] }] },
    ],
    [
      'a missing password',
      ['applicationId', 'username', 'scopes'],
      { problem: 'incomplete', sets: [{ set: 'Password', members: [['password']] }] },
    ],
    [
      'a refresh token alone',
      ['refreshToken', 'applicationId'],
      { problem: 'incomplete', sets: [{ set: 'RefreshToken', members: [['scopes', 'module']] }] },
    ],
    [
      'secret and certificate together',
      ['applicationId', 'credential', 'certificate', 'scopes', 'tenant'],
      {
        problem: 'exclusive',
        sets: [
          { set: 'ServicePrincipal', members: [['certificate']] },
          { set: 'ServicePrincipalCertificate', members: [['credential']] },
        ],
      },
    ],
    [
      'two tokens',
      ['accessToken', 'refreshToken', 'applicationId', 'scopes'],
      {
        problem: 'unfit',
        sets: [
          { set: 'AccessToken', members: [['refreshToken']] },
          { set: 'RefreshToken', members: [['accessToken']] },
        ],
      },
    ],
    [
      'a module with scopes and a device',
      ['module', 'useDeviceAuthentication'],
      {
        problem: 'unfit',
        sets: [
          { set: 'ByModule', members: [['useDeviceAuthentication']] },
          { set: 'RefreshToken', members: [['useDeviceAuthentication']] },
          { set: 'User', members: [['module']] },
        ],
      },
    ],
  ];
  for (const [name, chosen, problem] of cases) {
    test(name, () => assert.deepEqual(resolved(chosen), problem));
  }
  test('nothing at all lists every set', () => {
    const resolution = resolved([]);
    assert.ok('sets' in resolution);
    assert.equal(resolution.sets.length, 7);
  });
});
