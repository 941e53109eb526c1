import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { AuthorizationCode, Directory, User } from '../../../src/domain/index.ts';
import {
  app,
  type GrantsAuthority,
  grantsAuthority,
  johnId,
  type Mode,
  middleTier,
  type Outcome,
  partner,
  publicApp,
  redemption,
  refreshing,
  summary,
  tenant,
  v1,
  v2,
} from './fixture.ts';

const modes: readonly Mode[] = ['entra', 'strict'];
const john = { grant_type: 'password', ...app, username: 'john.doe@contoso.com', password: 'PCTestPassword@123' };

const signedInAt = (path: string): Partial<AuthorizationCode> => (path === v1 ? { asked: { resource: partner } } : {});

type Redeem = () => Promise<Outcome>;

/** Every grant with a user: what happens before the approval, and how it is redeemed after it. */
const grants: Readonly<Record<string, (authority: GrantsAuthority, path: string) => Promise<Redeem>>> = {
  password: async (authority, path) => () => authority.ask(path, { ...john, ...asked(path) }),
  code: async (authority, path) => {
    const code = await authority.addCode(signedInAt(path));
    return () => authority.ask(path, redemption(code));
  },
  refresh: async (authority, path) => {
    const { refresh_token: token } = await authority.token(path, redemption(await authority.addCode(signedInAt(path))));
    return () => authority.ask(path, refreshing(token));
  },
  device: async (authority, path) => {
    const started = await authority.token(path.replace('/token', '/devicecode'), { ...publicApp, ...asked(path) });
    const [pending] = await authority.entries.list('deviceGrant');
    const signIn = authority.signIn();
    await authority.entries.change('deviceGrant', pending?.key ?? '', (grant) => ({
      ...grant,
      state: 'approved',
      signIn,
    }));
    const code = String(started.device_code);
    return () => authority.ask(path, { grant_type: 'device_code', ...publicApp, device_code: code });
  },
  'on behalf of': async (authority, path) => {
    const code = await authority.addCode({ asked: { scope: 'api://middle/access_as_user' } });
    const { access_token: assertion } = await authority.token(v2, redemption(code));
    return () =>
      authority.ask(path, {
        grant_type: 'urn:ietf:params:oauth:grant-type:jwt-bearer',
        requested_token_use: 'on_behalf_of',
        ...middleTier,
        assertion: String(assertion),
        ...(path === v1
          ? { resource: 'https://graph.microsoft.com' }
          : { scope: 'https://graph.microsoft.com/User.Read' }),
      });
  },
};

const asked = (path: string): Readonly<Record<string, string>> =>
  path.includes('/v2.0/') ? { scope: `${partner}/.default openid` } : { resource: partner };

interface Fate {
  readonly name: string;
  readonly code: number;
  /** Where the password itself tells: an unknown user is not told from a wrong password. */
  readonly byPassword?: number;
  readonly v1Error?: string;
  readonly strike: (authority: GrantsAuthority) => Promise<unknown>;
}

const changed = (changes: Partial<User>) => (authority: GrantsAuthority) => authority.changeUser(changes);

async function guesses(authority: GrantsAuthority): Promise<void> {
  for (let count = 0; count < 10; count++) {
    await authority.ask(v2, { ...john, ...asked(v2), password: `guess ${count}` });
  }
}

async function deleted({ directory }: GrantsAuthority): Promise<void> {
  const gone: Pick<Directory, 'userById' | 'userByPrincipalName'> = {
    userById: async () => undefined,
    userByPrincipalName: async () => undefined,
  };
  Object.assign(directory, gone);
}

async function forAssignedUsers({ directory }: GrantsAuthority): Promise<void> {
  for (const { client_id: appId } of [app, publicApp, middleTier]) {
    const principal = await directory.servicePrincipal(tenant, appId);
    assert.ok(principal);
    await directory.putServicePrincipal({ ...principal, appRoleAssignmentRequired: true });
  }
}

const fates: readonly Fate[] = [
  { name: 'disabled', code: 50057, strike: changed({ accountEnabled: false }) },
  { name: 'locked', code: 50053, strike: guesses },
  { name: 'deleted', code: 50034, byPassword: 50126, strike: deleted },
  {
    name: 'told to change the password',
    code: 50055,
    v1Error: 'user_password_expired',
    strike: changed({ forceChangePasswordNextSignIn: true }),
  },
  { name: 'whom the application is not for any more', code: 50105, strike: forAssignedUsers },
];

for (const mode of modes) {
  for (const [grant, approve] of Object.entries(grants)) {
    for (const path of [v1, v2]) {
      for (const { name, code, byPassword, v1Error = 'invalid_grant', strike } of fates) {
        const where = `${path === v1 ? 'v1' : 'v2'}, ${mode}`;
        test(`row 109: a user ${name} between approval and redemption gets no token by ${grant}, ${where}`, async () => {
          const authority = await grantsAuthority(mode);
          const redeem = await approve(authority, path);
          await strike(authority);
          const expected = grant === 'password' ? (byPassword ?? code) : code;
          const error = path === v1 ? v1Error : 'invalid_grant';
          assert.deepEqual(summary(await redeem()), [400, error, expected]);
        });
      }

      test(`row 109: a user to whom nothing happened gets one by ${grant}, ${path === v1 ? 'v1' : 'v2'}, ${mode}`, async () => {
        const authority = await grantsAuthority(mode);
        assert.equal((await (await approve(authority, path))()).status, 200);
      });
    }
  }
}

test('row 109: a lock that is over does not stop the refresh', async () => {
  const authority = await grantsAuthority();
  const redeem = await grants.refresh?.(authority, v2);
  await guesses(authority);
  assert.equal((await redeem?.())?.code, 50053);
  authority.clock.advance(60);
  assert.equal((await redeem?.())?.status, 200);
});

test('row 114: a user who needs a second factor by now is asked for it at the next refresh', async () => {
  const authority = await grantsAuthority();
  const { refresh_token: token } = await authority.token(v2, {
    ...john,
    scope: `${partner}/.default offline_access`,
  });
  await authority.token(v2, refreshing(token));
  await authority.changeUser({ mfa: { required: true } });
  const refused = await authority.ask(v2, refreshing(token));
  assert.deepEqual([...summary(refused), refused.answer.suberror], [400, 'invalid_grant', 50079, 'basic_action']);
});

test('row 114: what was proven with a second factor stays proven', async () => {
  const authority = await grantsAuthority();
  const { refresh_token: token } = await authority.token(v2, redemption(await authority.addCode()));
  await authority.changeUser({ mfa: { required: true } });
  await authority.token(v2, refreshing(token));
  assert.equal((await authority.directory.userById(tenant, johnId))?.mfa.required, true);
});

for (const mode of modes) {
  test(`row 123: client credentials begin no family of refresh tokens, whatever is asked for, ${mode}`, async () => {
    const authority = await grantsAuthority(mode);
    for (const [path, parameters] of [
      [v1, { resource: 'https://graph.microsoft.com', scope: 'openid offline_access' }],
      [v2, { scope: 'https://graph.microsoft.com/.default' }],
    ] as const) {
      const answer = await authority.token(path, { grant_type: 'client_credentials', ...app, ...parameters });
      assert.equal(Object.hasOwn(answer, 'refresh_token') || Object.hasOwn(answer, 'id_token'), false);
    }
    assert.deepEqual(await authority.entries.list('refreshFamily'), []);
  });
}
