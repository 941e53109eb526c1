import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { controlled, jane, john, signIn } from './fixture.ts';

const alex = 'alex.wilber@contoso.com';
const order = { userPrincipalName: alex, displayName: 'Alex Wilber', partnerRoles: ['Referrals User'] };
const codesOf = async (response: Response): Promise<readonly number[] | undefined> =>
  ((await response.json()) as { error_codes?: number[] }).error_codes;

test('a user that is added has a temporary password, which the sign-in takes and asks to change', async () => {
  const sandbox = await controlled();
  const { status, body } = await sandbox.ask('POST', '/sandbox/users', order);
  const { temporaryPassword, user } = body;
  assert.deepEqual(
    [status, { ...user, id: typeof user.id }, temporaryPassword.length],
    [
      200,
      {
        id: 'string',
        tenantId: 'aaaabbbb-0000-cccc-1111-dddd2222eeee',
        userPrincipalName: alex,
        displayName: 'Alex Wilber',
        accountEnabled: true,
        mustChangePassword: true,
        mfa: { required: false, enrolled: false },
        partnerRoles: ['Referrals User'],
        directoryRoles: [],
      },
      16,
    ],
  );
  // 50055: the password was right, and has expired.
  assert.deepEqual(await codesOf(await signIn(sandbox, alex, temporaryPassword)), [50055]);
  assert.deepEqual(await codesOf(await signIn(sandbox, alex, `${temporaryPassword}x`)), [50126]);
});

const refused = [
  [{ ...order, userPrincipalName: 'JOHN.DOE@contoso.com' }, 409, 'conflict', 'userPrincipalName'],
  [{ ...order, userPrincipalName: 'x@nowhere.example' }, 404, 'notFound', 'tenant'],
  [{ ...order, userPrincipalName: 'two words@contoso.com' }, 400, 'invalidInput', 'userPrincipalName'],
  [{ ...order, userPrincipalName: '@contoso.com' }, 400, 'invalidInput', 'userPrincipalName'],
  [{ ...order, displayName: '   ' }, 400, 'invalidInput', 'displayName'],
  [{ ...order, displayName: 'two\nlines' }, 400, 'invalidInput', 'displayName'],
  [{ ...order, partnerRoles: ['Owner'] }, 400, 'invalidInput', 'partnerRoles[0]'],
  [{ ...order, password: 'chosen' }, 400, 'invalidInput', undefined],
] as const;
describe('what cannot be a user is refused by the member, in a sentence', async () => {
  const sandbox = await controlled();
  for (const [body, status, code, target] of refused) {
    test(JSON.stringify(body), async () => {
      const answer = await sandbox.ask('POST', '/sandbox/users', body);
      assert.deepEqual([answer.status, answer.body.error.code, answer.body.error.target], [status, code, target]);
      assert.equal((await sandbox.ask('GET', '/sandbox/users')).body.total, 4);
    });
  }
});

test('of many that add one name at once, one does', async () => {
  const sandbox = await controlled();
  const answers = await Promise.all(Array.from({ length: 8 }, () => sandbox.ask('POST', '/sandbox/users', order)));
  assert.deepEqual(answers.map(({ status }) => status).sort(), [200, ...Array.from({ length: 7 }, () => 409)]);
});

test('roles, second factor, name and standing are set; what is left out stays', async () => {
  const sandbox = await controlled();
  const { body } = await sandbox.ask('PATCH', `/sandbox/users/${john}`, {
    partnerRoles: ['Referrals User', 'Admin agent', 'Admin agent'],
    directoryRoles: ['userAdministrator'],
    mfaRequired: true,
  });
  assert.deepEqual(
    [body.partnerRoles, body.directoryRoles, body.mfa, body.displayName],
    [['Referrals User', 'Admin agent'], ['userAdministrator'], { required: true, enrolled: false }, 'John Doe'],
  );
  assert.deepEqual(await codesOf(await signIn(sandbox, john, 'PCTestPassword@123')), [50079]);
  await sandbox.ask('PATCH', `/sandbox/users/${john}`, { mfaRequired: false });
  assert.equal((await signIn(sandbox, john, 'PCTestPassword@123')).status, 200);
  await sandbox.ask('PATCH', `/sandbox/users/${john}`, { accountEnabled: false });
  assert.deepEqual(await codesOf(await signIn(sandbox, john, 'PCTestPassword@123')), [50057]);
});

test('changes of one user at once are all made', async () => {
  const sandbox = await controlled();
  await Promise.all([
    sandbox.ask('PATCH', `/sandbox/users/${john}`, { displayName: 'Johnny' }),
    sandbox.ask('PATCH', `/sandbox/users/${john}`, { partnerRoles: [] }),
    sandbox.ask('PATCH', `/sandbox/users/${john}`, { mfaRequired: true }),
    sandbox.control.revokeRefreshTokens({ user: john }),
  ]);
  const { body } = await sandbox.ask('GET', `/sandbox/users/${john}`);
  assert.deepEqual([body.displayName, body.partnerRoles, body.mfa.required], ['Johnny', [], true]);
});

describe('a reset of the password', () => {
  test('the old one is wrong, the temporary one has to be changed, and what was signed in is dead', async () => {
    const sandbox = await controlled();
    const { refresh_token } = (await (await signIn(sandbox, john, 'PCTestPassword@123')).json()) as {
      refresh_token: string;
    };
    const { body } = await sandbox.ask('POST', `/sandbox/users/${john}/reset-password`);
    assert.deepEqual(await codesOf(await signIn(sandbox, john, 'PCTestPassword@123')), [50126]);
    assert.deepEqual(await codesOf(await signIn(sandbox, john, body.temporaryPassword)), [50055]);
    const refreshed = await sandbox.post('/common/oauth2/token', {
      grant_type: 'refresh_token',
      client_id: '00001111-aaaa-2222-bbbb-3333cccc4444',
      client_secret: 'TestClientAppSecret23456',
      refresh_token,
    });
    assert.deepEqual(await codesOf(refreshed), [50173]);
  });

  test('a lock by wrong passwords is open again', async () => {
    const sandbox = await controlled();
    for (let wrong = 0; wrong < 10; wrong++) await signIn(sandbox, john, 'wrong');
    assert.deepEqual(await codesOf(await signIn(sandbox, john, 'PCTestPassword@123')), [50053]);
    const { body } = await sandbox.ask('POST', `/sandbox/users/${john}/reset-password`);
    assert.deepEqual(await codesOf(await signIn(sandbox, john, body.temporaryPassword)), [50055]);
  });
});

test('a second factor that is taken away is enrolled anew', async () => {
  const sandbox = await controlled();
  const { body } = await sandbox.ask('DELETE', `/sandbox/users/${jane}/mfa`);
  assert.deepEqual(body.mfa, { required: true, enrolled: false });
  assert.equal((await sandbox.ask('GET', `/sandbox/users/${jane}/totp`)).status, 409);
  assert.deepEqual(await codesOf(await signIn(sandbox, jane, 'PCTestPassword@456')), [50079]);
});

test('row 124: a temporary password is in the one answer that makes it, and in no other', async () => {
  const sandbox = await controlled();
  const added = (await sandbox.ask('POST', '/sandbox/users', order)).body.temporaryPassword;
  await signIn(sandbox, alex, added);
  const reset = (await sandbox.ask('POST', `/sandbox/users/${alex}/reset-password`)).body.temporaryPassword;
  assert.notEqual(added, reset);
  for (const path of ['', '/users', `/users/${alex}`, '/export', '/requests', '/openapi.json']) {
    const text = JSON.stringify((await sandbox.ask('GET', `/sandbox${path}`)).body);
    for (const secret of [added, reset]) assert.equal(text.includes(secret), false, path);
  }
});

describe('the list', async () => {
  const sandbox = await controlled();
  const pages = [
    ['', 4, ['admin@contoso.com', 'jane.roe@contoso.com', 'john.doe@contoso.com', 'mary.major@contoso.com']],
    ['?search=DOE', 1, ['john.doe@contoso.com']],
    ['?search=Contoso+Admin', 1, ['admin@contoso.com']],
    ['?top=1&skip=1', 4, ['jane.roe@contoso.com']],
    ['?skip=4', 4, []],
    ['?tenant=fabrikam.onmicrosoft.com', 0, []],
    ['?tenant=contoso.com&search=mary', 1, ['mary.major@contoso.com']],
  ] as const;
  for (const [query, total, names] of pages) {
    test(`GET /sandbox/users${query}`, async () => {
      const { body } = await sandbox.ask('GET', `/sandbox/users${query}`);
      const found = body.users.map(({ userPrincipalName }: { userPrincipalName: string }) => userPrincipalName);
      assert.deepEqual([body.total, found], [total, names]);
    });
  }

  for (const query of ['top=0', 'top=501', 'top=x', 'skip=-1', 'tenant=nowhere.example', 'page=2']) {
    test(`GET /sandbox/users?${query} is refused`, async () => {
      const { status } = await sandbox.ask('GET', `/sandbox/users?${query}`);
      assert.ok(status === 400 || status === 404, String(status));
    });
  }
});
