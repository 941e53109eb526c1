import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { systemRandom } from '../../src/base/random.ts';
import { directoryOf } from '../../src/domain/index.ts';
import { readSeed, SeedError, sandboxData, seedJsonSchema } from '../../src/sandbox/index.ts';
import { fixedSeed } from '../../src/sandbox/seed.ts';

const tenant = 'aaaabbbb-0000-cccc-1111-dddd2222eeee';
const other = '55555555-5555-5555-5555-555555555555';
const cheap = { random: systemRandom, passwordCost: { cost: 2, blockSize: 1, parallelization: 1 } };

test('an empty file leaves the fixed data as they are', () => {
  for (const text of ['', '{}', '# nothing\n']) assert.deepEqual(readSeed(text, 'seed.yaml'), fixedSeed());
});

test('what a file states is added to the fixed data', () => {
  const seed = readSeed(
    `tenants: [{ id: ${other}, displayName: Northwind, verifiedDomains: [northwind.com] }]`,
    's.yaml',
  );
  assert.equal(seed.tenants.length, fixedSeed().tenants.length + 1);
  assert.deepEqual(seed.tenants.at(-1), {
    id: other,
    displayName: 'Northwind',
    verifiedDomains: ['northwind.com'],
    partnerAccount: false,
  });
});

test('what has an id of the fixed data replaces it as a whole', () => {
  const text = JSON.stringify({
    users: [{ userPrincipalName: 'John.Doe@contoso.com', displayName: 'Johnny', passwordProfile: { password: 'new' } }],
  });
  const seed = readSeed(text, 'seed.json');
  const johns = seed.users.filter(
    ({ userPrincipalName }) => userPrincipalName.toLowerCase() === 'john.doe@contoso.com',
  );
  assert.equal(johns.length, 1);
  assert.deepEqual([johns[0]?.displayName, johns[0]?.partnerRoles, johns[0]?.givenName], ['Johnny', [], undefined]);
});

test('fixedData: drop leaves Microsoft’s own applications only', () => {
  const seed = readSeed('fixedData: drop', 'seed.yaml');
  assert.deepEqual([seed.tenants, seed.users, seed.customers, seed.referrals], [[], [], [], []]);
  assert.equal(seed.applications.length, 9);
});

/** What stands in the message, beside the name of the file. */
const refused: readonly (readonly [name: string, text: string, said: readonly string[]])[] = [
  ['broken YAML', 'tenants: [', ['cannot be read']],
  ['a key given twice', 'tenants: []\ntenants: []', ['cannot be read', 'unique']],
  ['a list for a file', '[]', ['the file:']],
  ['an unknown list', 'user: []', ['the file: unknown: user.', 'users']],
  [
    'a misspelled key',
    'users: [{ userPrincipleName: a@contoso.com, displayName: A, passwordProfile: { password: p } }]',
    ['users[0]: unknown: userPrincipleName.', 'known here are id, userPrincipalName'],
  ],
  [
    'an id that is no GUID',
    'tenants: [{ id: x, displayName: X, verifiedDomains: [x.com] }]',
    ['tenants[0].id: must be a GUID'],
  ],
  [
    'two tenants with one id',
    `tenants: [{ id: ${other}, displayName: A, verifiedDomains: [a.com] }, { id: ${other}, displayName: B, verifiedDomains: [b.com] }]`,
    [`tenants: ${other} is given twice.`],
  ],
  [
    'a domain of another tenant',
    `tenants: [{ id: ${other}, displayName: A, verifiedDomains: [contoso.com] }]`,
    ['the domain contoso.com is verified twice'],
  ],
  [
    'a resource’s own identifier URI given to another',
    `applications: [{ appId: ${other}, displayName: A, appOwnerOrganizationId: aaaabbbb-0000-cccc-1111-dddd2222eeee, identifierUris: ['https://api.partnercenter.microsoft.com/'] }]`,
    [
      'the identifier URI https://api.partnercenter.microsoft.com in aaaabbbb-0000-cccc-1111-dddd2222eeee is given to two',
    ],
  ],
  [
    'a key that is no certificate',
    `applications: [{ appId: ${other}, displayName: A, appOwnerOrganizationId: aaaabbbb-0000-cccc-1111-dddd2222eeee, keyCredentials: [{ key: nonsense }] }]`,
    [`a key of ${other} is no X.509 certificate`],
  ],
  [
    'a secret that ends before it starts',
    `applications: [{ appId: ${other}, displayName: A, appOwnerOrganizationId: aaaabbbb-0000-cccc-1111-dddd2222eeee, passwordCredentials: [{ secretText: s, startDateTime: '2026-02-01T00:00:00Z', endDateTime: '2026-01-01T00:00:00Z' }] }]`,
    [`a secret of ${other} ends before it starts`],
  ],
  [
    'a user of no tenant',
    'users: [{ userPrincipalName: a@nowhere.com, displayName: A, passwordProfile: { password: p } }]',
    ['users[0]: a tenant with the domain nowhere.com does not exist. Add it to verifiedDomains.'],
  ],
  [
    'a grant of an unknown application',
    `oauth2PermissionGrants: [{ tenantId: ${tenant}, clientAppId: ${other}, resourceAppId: 4990cffe-04e8-4e8b-808a-1175604b879f, scope: user_impersonation }]`,
    [`oauth2PermissionGrants[0].clientAppId: the application ${other} does not exist.`],
  ],
  [
    'a grant of an unknown permission',
    'oauth2PermissionGrants: [{ clientAppId: 00001111-aaaa-2222-bbbb-3333cccc4444, resourceAppId: 4990cffe-04e8-4e8b-808a-1175604b879f, scope: fly }]',
    ['oauth2PermissionGrants[0].scope: the permission fly of'],
  ],
  [
    'a role nobody declared',
    `appRoleAssignments: [{ tenantId: ${tenant}, principal: 00001111-aaaa-2222-bbbb-3333cccc4444, resourceAppId: 00000003-0000-0000-c000-000000000000, role: Fly.All }]`,
    ['appRoleAssignments[0].role: the role Fly.All of'],
  ],
  [
    'a customer of an unknown tenant',
    `customers: [{ tenantId: ${other}, partnerTenantId: ${tenant}, companyName: C, domain: c.com }]`,
    ['customers[0].tenantId'],
  ],
  [
    'a date that is none',
    `applications: [{ appId: ${other}, displayName: A, appOwnerOrganizationId: ${tenant}, passwordCredentials: [{ secretText: s, endDateTime: tomorrow }] }]`,
    ['applications[0].passwordCredentials[0].endDateTime: must be a date and time in UTC'],
  ],
  [
    'aliases that multiply',
    `a: &a [x,x,x,x,x,x,x,x,x,x]\nb: &b [*a,*a,*a,*a,*a,*a,*a,*a,*a,*a]\nc: &c [*b,*b,*b,*b,*b,*b,*b,*b,*b,*b]\nd: [*c,*c,*c]`,
    ['cannot be read'],
  ],
];

for (const [name, text, said] of refused) {
  test(`a seed file with ${name} is refused`, () => {
    assert.throws(
      () => readSeed(text, 'my-seed.yaml'),
      (thrown) => {
        assert.ok(thrown instanceof SeedError);
        for (const words of ['my-seed.yaml', ...said]) assert.ok(thrown.message.includes(words), thrown.message);
        return true;
      },
    );
  });
}

test('the published schema is JSON Schema, strict, and as wide as the file', () => {
  const schema = seedJsonSchema() as { $schema: string; additionalProperties: boolean; properties: object };
  assert.equal(schema.$schema, 'https://json-schema.org/draft/2020-12/schema');
  assert.equal(schema.additionalProperties, false);
  assert.deepEqual(Object.keys(schema.properties), [
    '$schema',
    'fixedData',
    'tenants',
    'users',
    'applications',
    'servicePrincipals',
    'oauth2PermissionGrants',
    'appRoleAssignments',
    'customers',
    'delegatedAdminRelationships',
    'referrals',
  ]);
});

test('a seed can state all that the fixed data hold: written out and read back, nothing changes', () => {
  const text = JSON.stringify({ fixedData: 'drop', ...fixedSeed() });
  const read = readSeed(text, 'all.json');
  assert.deepEqual(
    new Set(read.applications.map(({ appId }) => appId)),
    new Set(fixedSeed().applications.map(({ appId }) => appId)),
  );
  for (const list of ['tenants', 'users', 'customers', 'delegatedAdminRelationships', 'referrals'] as const) {
    assert.deepEqual(read[list], fixedSeed()[list]);
  }
});

test('ids a seed leaves out are the same at every start', async () => {
  const seed = readSeed(
    'users: [{ userPrincipalName: a@contoso.com, displayName: A, passwordProfile: { password: p } }]',
    's.yaml',
  );
  const [first, second] = await Promise.all([sandboxData(cheap, seed), sandboxData(cheap, seed)]);
  assert.deepEqual(
    first.directory.users.map(({ id }) => id),
    second.directory.users.map(({ id }) => id),
  );
  assert.deepEqual(first.directory.servicePrincipals, second.directory.servicePrincipals);
});

test('an application exists where it was consented to, and nowhere else', async () => {
  const { directory } = await sandboxData(cheap, fixedSeed());
  const found = directoryOf(directory);
  const places = [
    [tenant, true],
    ['bbbbcccc-1111-dddd-2222-eeee3333ffff', true],
    ['ccccdddd-2222-eeee-3333-ffff4444aaaa', false],
    ['ddddeeee-3333-ffff-4444-aaaa5555bbbb', false],
  ] as const;
  for (const [tenantId, exists] of places) {
    const principal = await found.servicePrincipal(tenantId, '00001111-aaaa-2222-bbbb-3333cccc4444');
    assert.equal(principal !== undefined, exists);
    const graph = await found.servicePrincipal(tenantId, '00000003-0000-0000-c000-000000000000');
    assert.notEqual(graph, undefined);
  }
});

test('any text is a seed or a SeedError, and nothing else', () => {
  const line = fc.tuple(
    fc.constantFrom('tenants', 'users', 'fixedData', '__proto__', 'applications', 'x'),
    fc.oneof(fc.json(), fc.string({ maxLength: 30 })),
  );
  fc.assert(
    fc.property(fc.array(line, { maxLength: 4 }), (lines) => {
      const text = lines.map(([name, value]) => `${name}: ${value}`).join('\n');
      try {
        readSeed(text, 'any.yaml');
      } catch (thrown) {
        assert.ok(thrown instanceof SeedError, String(thrown));
      }
    }),
    { numRuns: 500 },
  );
});

test('a grant for a user who does not exist gives nobody anything', async () => {
  const seed = fixedSeed();
  const [grant] = seed.oauth2PermissionGrants.filter(({ tenantId }) => tenantId === tenant);
  assert.ok(grant);
  const changed = { ...seed, oauth2PermissionGrants: [{ ...grant, principal: 'nobody@contoso.com' }] };
  assert.deepEqual((await sandboxData(cheap, changed)).directory.permissionGrants, []);
});
