import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { jane, john } from '../control/fixture.ts';
import { adventureWorks, application, arm, fabrikam, graph, partnerCenter, wingtip } from './fixture.ts';

const consentsOf = (customer: string) => `/v1/customers/${customer}/applicationconsents`;
const body = {
  applicationId: application,
  displayName: 'Partner Center Access App',
  applicationGrants: [
    { enterpriseApplicationId: graph, scope: 'User.Read,Directory.Read.All' },
    { enterpriseApplicationId: arm, scope: 'user_impersonation' },
  ],
};

test('consent is 201 with what was consented to; the second time it exists already; after DELETE it is as before', async () => {
  const { send } = await partnerCenter();
  const place = consentsOf(adventureWorks);
  const created = await send('POST', place, { body });
  assert.deepEqual(
    [created.status, created.body],
    [201, { ...body, attributes: { objectType: 'ApplicationConsent' } }],
  );
  const again = await send('POST', place, { body });
  assert.deepEqual(
    [again.status, again.body.description, again.body.data],
    [409, 'Permission entry already exists.', ['enterpriseApplicationId']],
  );
  const removed = await send('DELETE', `${place}/${application}`);
  assert.deepEqual([removed.status, removed.body], [204, undefined]);
  assert.deepEqual((await send('DELETE', `${place}/${application}`)).body.code, '1000');
  assert.equal((await send('POST', place, { body })).status, 201);
});

test('names of members count in any letter case, and others are left alone, as programs send them', async () => {
  const { send } = await partnerCenter();
  const text = {
    ApplicationGrants: [{ EnterpriseApplicationId: graph, Scope: 'directory.read.all, User.Read' }],
    ApplicationId: application,
    Attributes: { ObjectType: 'ApplicationConsent' },
  };
  const { status, body: answer } = await send('POST', consentsOf(adventureWorks), { body: text });
  assert.deepEqual(
    [status, answer.applicationGrants],
    [201, [{ enterpriseApplicationId: graph, scope: 'Directory.Read.All,User.Read' }]],
  );
});

test('of many that consent at once, one does', async () => {
  const { send } = await partnerCenter();
  const answers = await Promise.all(
    Array.from({ length: 6 }, () => send('POST', consentsOf(adventureWorks), { body })),
  );
  assert.deepEqual(answers.map(({ status }) => status).sort(), [201, 409, 409, 409, 409, 409]);
});

test('a consent that exists for one of the resources changes nothing of the others', async () => {
  const { send, ask } = await partnerCenter();
  const grants = async () => (await ask('GET', '/sandbox/export')).body.oauth2PermissionGrants.length;
  const before = await grants();
  assert.equal((await send('POST', consentsOf(fabrikam), { body })).status, 409);
  assert.equal(await grants(), before);
});

const invalid = [
  ['no body', '', '800002', undefined],
  ['no JSON', '{', '800002', undefined],
  ['no applicationId', { ...body, applicationId: undefined }, '3000', 'applicationId'],
  ['no GUID', { ...body, applicationId: 'app' }, '3000', 'applicationId'],
  ['no grants', { ...body, applicationGrants: [] }, '3000', 'applicationGrants'],
  [
    'a grant without a scope',
    { ...body, applicationGrants: [{ enterpriseApplicationId: graph }] },
    '3000',
    'applicationGrants[0].scope',
  ],
  [
    'an empty scope',
    { ...body, applicationGrants: [{ enterpriseApplicationId: graph, scope: ' , ' }] },
    '3000',
    'scope',
  ],
  [
    'an unknown scope',
    { ...body, applicationGrants: [{ enterpriseApplicationId: graph, scope: 'Fly.All' }] },
    '3000',
    'scope',
  ],
  [
    'an unknown resource',
    { ...body, applicationGrants: [{ enterpriseApplicationId: application.replace('0', '9'), scope: 'x' }] },
    '3000',
    'enterpriseApplicationId',
  ],
  [
    'an unknown application',
    { ...body, applicationId: '99999999-0000-0000-0000-000000000001' },
    '3000',
    'applicationId',
  ],
] as const;
describe('what cannot be consented to is refused by the member', async () => {
  const { send } = await partnerCenter();
  for (const [name, wrong, code, member] of invalid) {
    test(name, async () => {
      const answer = await send('POST', consentsOf(adventureWorks), { body: wrong });
      assert.deepEqual(
        [answer.status, answer.body.code, answer.body.data],
        [400, code, member === undefined ? undefined : [member]],
        answer.body.description,
      );
    });
  }

  test('another media type', async () => {
    const headers = { 'content-type': 'text/plain' };
    assert.equal((await send('POST', consentsOf(adventureWorks), { body, headers })).body.data[0], 'Content-Type');
  });
});

test('an application for its own tenant alone is refused, and the sentence says what to change', async () => {
  const { send, ask } = await partnerCenter();
  const registered = (await ask('POST', '/sandbox/applications', { displayName: 'Single' })).body;
  const answer = await send('POST', consentsOf(adventureWorks), { body: { ...body, applicationId: registered.appId } });
  assert.deepEqual([answer.status, answer.body.data], [400, ['applicationId']]);
  assert.equal(answer.body.description.includes('AzureADMultipleOrgs'), true);
});

const callers = [
  ['app-only', {}, 403, '900329'],
  ['a user without the role', { user: john, mfa: true }, 403, '900308'],
  ['a user without MFA', { user: jane, mfa: false }, 401, '900421'],
] as const;
const places = [
  ['a customer whose relationship ended', wingtip, 403, '20002'],
  ['no customer', '99999999-0000-0000-0000-000000000001', 403, '20002'],
  ['the partner itself', 'aaaabbbb-0000-cccc-1111-dddd2222eeee', 403, '20002'],
] as const;
describe('row 104: who may consent for whom', async () => {
  const { send, ask } = await partnerCenter();
  const world = async () => (await ask('GET', '/sandbox/export')).body.oauth2PermissionGrants;
  for (const [name, token, status, code] of callers) {
    test(`${name}: ${status} ${code}, and nothing changes`, async () => {
      const before = await world();
      const created = await send('POST', consentsOf(adventureWorks), { token, body });
      const removed = await send('DELETE', `${consentsOf(fabrikam)}/${application}`, { token });
      assert.deepEqual(
        [created.status, created.body.code, removed.status, removed.body.code],
        [status, code, status, code],
      );
      assert.deepEqual(await world(), before);
    });
  }
  for (const [name, customer, status, code] of places) {
    test(`${name}: ${status} ${code}`, async () => {
      const created = await send('POST', consentsOf(customer), { body });
      const removed = await send('DELETE', `${consentsOf(customer)}/${application}`);
      assert.deepEqual(
        [created.status, created.body.code, removed.status, removed.body.code],
        [status, code, status, code],
      );
    });
  }
});
