import assert from 'node:assert/strict';
import { test } from 'node:test';
import { resourceScopeOf, scopesOf } from '../../src/protocol/scopes.ts';

const cases = [
  ['https://graph.microsoft.com/.default', { resource: 'https://graph.microsoft.com', permission: '.default' }],
  [
    'https://management.core.windows.net//.default',
    { resource: 'https://management.core.windows.net/', permission: '.default' },
  ],
  ['api://own/access_as_user', { resource: 'api://own', permission: 'access_as_user' }],
  [
    '4990cffe-04e8-4e8b-808a-1175604b879f/.default',
    { resource: '4990cffe-04e8-4e8b-808a-1175604b879f', permission: '.default' },
  ],
  ['User.Read', undefined],
  ['https://graph.microsoft.com', undefined],
  ['https://graph.microsoft.com/', undefined],
  ['/.default', undefined],
] as const;
for (const [scope, expected] of cases) {
  test(`${scope} is split`, () => assert.deepEqual(resourceScopeOf(scope), expected));
}

test('scopes are separated by any blanks, each once', () => {
  assert.deepEqual(scopesOf('  b a\tb\n c '), ['b', 'a', 'c']);
});
