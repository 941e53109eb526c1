import assert from 'node:assert/strict';
import { test } from 'node:test';
import { addSeconds, settableClock } from '../../../src/base/clock.ts';
import { controlledClock } from '../../../src/base/controlled-clock.ts';
import { systemRandom } from '../../../src/base/random.ts';
import { type DeviceGrant, entriesIn, entryKey, newUserCode, type RefreshFamily } from '../../../src/domain/index.ts';
import type { EntryStore } from '../../../src/domain/ports.ts';
import { ControlError } from '../../../src/sandbox/control/error.ts';
import { type ControlContext, controlOf } from '../../../src/sandbox/control/index.ts';
import { memoryStore } from '../../../src/store/memory/index.ts';
import { answered, authorizePath, tenant, web } from '../../authority/authorize/fixture.ts';
import { pageBrowser } from '../../support/page-browser.ts';
import { testWorld, userIn } from '../world/fixture.ts';
import { controlled, fixedApplication, fixedSecret, jane, john, now } from './fixture.ts';

/** The operations on entries that the test makes itself, as the endpoints would. */
async function parts(store: EntryStore = memoryStore().entries) {
  const clock = settableClock(now);
  const entries = entriesIn(store, clock);
  const world = await testWorld({ store });
  const context = { clock: controlledClock(clock), entries, world, random: systemRandom } as unknown as ControlContext;
  return { clock, entries, world, control: controlOf(context, 'https://localhost:8443') };
}

const refusedWith = (code: string, target?: string) => (thrown: unknown) => {
  assert.ok(thrown instanceof ControlError, String(thrown));
  assert.deepEqual([thrown.code, thrown.target], [code, target]);
  return true;
};

const pending: DeviceGrant = {
  appId: '11112222-bbbb-3333-cccc-4444dddd5555',
  tenantPath: 'organizations',
  asked: { scope: 'openid' },
  state: 'pending',
  endsAt: addSeconds(now, 900),
  intervalSeconds: 5,
};

async function deviceGrant({ entries }: Awaited<ReturnType<typeof parts>>) {
  const userCode = newUserCode(systemRandom);
  const expiresAt = pending.endsAt;
  await entries.add('deviceGrant', 'key', { value: pending, expiresAt });
  await entries.add('userCode', entryKey(userCode), { value: { deviceGrantKey: 'key' }, expiresAt });
  return userCode;
}

test('a device code is approved by the user code, however it is typed', async () => {
  const all = await parts();
  const code = await deviceGrant(all);
  const typed = `${code.slice(0, 4).toLowerCase()}-${code.slice(4)} `;
  assert.deepEqual(await all.control.decideDeviceCode(typed, { userPrincipalName: jane }), {
    state: 'approved',
    application: pending.appId,
  });
  const { id } = await userIn(all.world, jane);
  assert.deepEqual(await all.entries.find('deviceGrant', 'key'), {
    ...pending,
    state: 'approved',
    signIn: {
      userId: id,
      userTenantId: 'aaaabbbb-0000-cccc-1111-dddd2222eeee',
      methods: ['pwd', 'mfa'],
      authenticatedAt: now,
    },
  });
});

test('a device code is decided once: of 20 at once one decides', async () => {
  const all = await parts();
  const code = await deviceGrant(all);
  const decided = await Promise.allSettled(
    Array.from({ length: 20 }, (_, index) =>
      all.control.decideDeviceCode(code, { userPrincipalName: john, decision: index % 2 ? 'approve' : 'decline' }),
    ),
  );
  assert.equal(decided.filter(({ status }) => status === 'fulfilled').length, 1);
  for (const one of decided) if (one.status === 'rejected') refusedWith('conflict', 'userCode')(one.reason);
});

test('a user code that is none, or has ended, is not found; neither is a user who is none', async () => {
  const all = await parts();
  const code = await deviceGrant(all);
  const decide = (userCode: string, userPrincipalName: string) =>
    all.control.decideDeviceCode(userCode, { userPrincipalName });
  await assert.rejects(decide('BCDFGHJKL', john), refusedWith('notFound', 'userCode'));
  await assert.rejects(decide(code, 'nobody@contoso.com'), refusedWith('notFound', 'userPrincipalName'));
  all.clock.advance(900);
  await assert.rejects(decide(code, john), refusedWith('notFound', 'userCode'));
});

test('an approval is an entry under the user’s name, replaced and removed', async () => {
  const { control, entries } = await parts();
  await control.approve('Jane.Roe@contoso.com');
  const key = jane;
  const user = { userId: 'cccccccc-2222-3333-4444-dddddddddddd', userTenantId: 'aaaabbbb-0000-cccc-1111-dddd2222eeee' };
  assert.deepEqual(await entries.find('approval', key), { ...user, decision: 'approve', methods: ['pwd', 'mfa'] });
  await control.approve(jane, { decision: 'decline', methods: ['pwd'] });
  assert.deepEqual(await entries.find('approval', key), { ...user, decision: 'decline', methods: ['pwd'] });
  await control.removeApproval('JANE.ROE@contoso.com');
  assert.equal(await entries.find('approval', key), undefined);
  await assert.rejects(control.approve('nobody@contoso.com'), refusedWith('notFound', 'userPrincipalName'));
  await assert.rejects(control.approve(jane, { methods: [] }), refusedWith('invalidInput', 'methods'));
});

test('an approval over HTTP', async () => {
  const { ask } = await controlled();
  const path = `/sandbox/approvals/${encodeURIComponent(john)}`;
  const answer = { userPrincipalName: john, decision: 'approve', methods: ['pwd'] };
  assert.deepEqual((await ask('PUT', path, {})).body, answer);
  assert.deepEqual((await ask('GET', '/sandbox/approvals')).body, { approvals: [answer] });
  assert.deepEqual((await ask('DELETE', path)).body, { removed: 1 });
  assert.deepEqual((await ask('DELETE', path)).body, { removed: 0 });
  assert.equal((await ask('PUT', '/sandbox/approvals/nobody@contoso.com', {})).status, 404);
});

test('the one-time code is RFC 6238’s, and follows the clock', async () => {
  const sandbox = await controlled({ now: new Date('2026-11-21T09:00:12Z') });
  const first = await sandbox.ask('GET', `/sandbox/users/${jane}/totp`);
  assert.deepEqual(
    [first.status, first.body.userPrincipalName, first.body.secondsLeft, /^\d{6}$/.test(first.body.code)],
    [200, jane, 18, true],
  );
  sandbox.clock.advance(18);
  const second = await sandbox.control.totp(jane);
  assert.notEqual(second.code, first.body.code);
  // Computed for JBSWY3DPEHPK3PXP and these times by another program (Python’s hmac).
  assert.deepEqual([first.body.code, second.code], expectedCodes);
  const none = await sandbox.ask('GET', `/sandbox/users/${john}/totp`);
  assert.deepEqual([none.status, none.body.error.code], [409, 'conflict']);
});
const expectedCodes = ['048009', '133385'];

const family = (appId: string, userId: string): RefreshFamily => ({
  signIn: { userId, userTenantId: 'aaaabbbb-0000-cccc-1111-dddd2222eeee', methods: ['pwd'], authenticatedAt: now },
  appId,
  tenantId: 'aaaabbbb-0000-cccc-1111-dddd2222eeee',
  asked: { scope: 'openid offline_access' },
  beganAt: now,
  generation: 2,
  rotatedAt: addSeconds(now, 86_400),
});

const application = '00001111-aaaa-2222-bbbb-3333cccc4444';
const other = '11112222-bbbb-3333-cccc-4444dddd5555';

async function withFamilies(store?: EntryStore) {
  const all = await parts(store);
  const expiresAt = addSeconds(now, 1e9);
  const [johnId, janeId] = [(await userIn(all.world, john)).id, (await userIn(all.world, jane)).id];
  for (const [id, appId, owner] of [
    ['one', application, johnId],
    ['two', other, johnId],
    ['three', application, janeId],
  ] as const) {
    await all.entries.add('refreshFamily', id, { value: family(appId, owner), expiresAt, owner });
    const token = { familyId: id, generation: 2, issuedAt: addSeconds(now, 86_400) };
    await all.entries.add('refreshToken', entryKey(`${id} token`), { value: token, expiresAt });
  }
  all.clock.advance(10 * 86_400);
  return all;
}

test('families are listed with age and last use, of a user and of an application, without a token', async () => {
  const { control } = await withFamilies();
  const ids = async (filter?: Parameters<typeof control.refreshTokens>[0]) =>
    (await control.refreshTokens(filter)).map((each) => each.family).toSorted();
  assert.deepEqual(await ids(), ['one', 'three', 'two']);
  assert.deepEqual(await ids({ user: john }), ['one', 'two']);
  assert.deepEqual(await ids({ application: application.toUpperCase() }), ['one', 'three']);
  assert.deepEqual(await ids({ user: john, application }), ['one']);
  const [one] = await control.refreshTokens({ user: jane });
  assert.deepEqual(one, {
    family: 'three',
    userId: 'cccccccc-2222-3333-4444-dddddddddddd',
    application,
    tenantId: 'aaaabbbb-0000-cccc-1111-dddd2222eeee',
    beganAt: '2026-11-21T09:00:00.000Z',
    lastUsedAt: '2026-11-22T09:00:00.000Z',
    ageDays: 10,
    idleDays: 9,
    generation: 2,
  });
  await assert.rejects(
    control.refreshTokens({ user: 'nobody@contoso.com' }),
    refusedWith('notFound', 'userPrincipalName'),
  );
});

test('ageing makes a family and its tokens older, and nobody else’s', async () => {
  const { control, entries } = await withFamilies();
  const [aged] = await control.ageRefreshTokens({ family: 'one' }, 91);
  assert.deepEqual([aged?.ageDays, aged?.idleDays], [101, 100]);
  const issuedAt = async (id: string) => (await entries.find('refreshToken', entryKey(`${id} token`)))?.issuedAt;
  assert.deepEqual(await issuedAt('one'), addSeconds(now, -90 * 86_400));
  assert.deepEqual(await issuedAt('two'), addSeconds(now, 86_400));
  const days = (await control.ageRefreshTokens({ user: john }, 0.5)).map(({ ageDays }) => ageDays);
  assert.deepEqual(days.toSorted(), [10, 101]);
  await assert.rejects(control.ageRefreshTokens({ family: 'none' }, 1), refusedWith('notFound', 'family'));
  await assert.rejects(control.ageRefreshTokens({ family: 'one' }, 0), refusedWith('invalidInput', 'days'));
});

test('row 120: what cannot be written is not said to be revoked', async () => {
  const store = memoryStore().entries;
  let broken = false;
  const fails = (): Promise<never> => Promise.reject(new Error('the disk is full'));
  const failing = {
    ...store,
    add: (...entry: Parameters<typeof store.add>) => (broken ? fails() : store.add(...entry)),
    replace: (...entry: Parameters<typeof store.replace>) => (broken ? fails() : store.replace(...entry)),
  };
  const { control } = await withFamilies(failing);
  broken = true;
  await assert.rejects(control.revokeRefreshTokens({ family: 'one' }), /the disk is full/);
  await assert.rejects(control.revokeRefreshTokens({ user: john }), /the disk is full/);
  const families = await control.refreshTokens();
  assert.deepEqual(
    families.map(({ revokedAt }) => revokedAt),
    [undefined, undefined, undefined],
  );
});

test('revoking a family marks it; revoking a user ends what was signed in before', async () => {
  const { control, entries, world, clock } = await withFamilies();
  const [revoked] = await control.revokeRefreshTokens({ family: 'one' });
  assert.equal(revoked?.revokedAt, clock.now().toISOString());
  assert.deepEqual((await entries.find('refreshFamily', 'one'))?.revokedAt, clock.now());
  assert.equal((await entries.find('refreshFamily', 'two'))?.revokedAt, undefined);
  const at = clock.now();
  clock.advance(60);
  const [again] = await control.revokeRefreshTokens({ family: 'one' });
  assert.equal(again?.revokedAt, at.toISOString());
  const ofJohn = await control.revokeRefreshTokens({ user: john });
  assert.deepEqual(
    ofJohn.map((each) => [each.family, each.revokedAt]),
    [
      ['one', at.toISOString()],
      ['two', clock.now().toISOString()],
    ],
  );
  assert.equal((await entries.find('refreshFamily', 'three'))?.revokedAt, undefined);
  assert.deepEqual((await userIn(world, john)).signInSessionsValidFrom, clock.now());
  assert.equal((await userIn(world, jane)).signInSessionsValidFrom, undefined);
});

test('revoking a user ends sessions and codes of this very moment, and nobody else’s', async () => {
  const sandbox = await controlled();
  const passwords = { [john]: 'PCTestPassword@123', 'mary.major@contoso.com': 'PCTestPassword@321' };
  const browsers = await Promise.all(
    Object.entries(passwords).map(async ([username, password]) => {
      const browser = pageBrowser(sandbox.url, sandbox.fetch);
      await browser.open(authorizePath());
      return { browser, code: answered((await browser.submit({ username, password })).left).code ?? '' };
    }),
  );
  await sandbox.control.revokeRefreshTokens({ user: john });
  const outcomes = await Promise.all(
    browsers.map(async ({ browser, code }) => {
      const again = answered((await browser.open(authorizePath({ prompt: 'none' }))).left);
      const client = { client_id: fixedApplication, client_secret: fixedSecret, redirect_uri: web };
      const grant = { grant_type: 'authorization_code', code, ...client };
      return [again.error, (await sandbox.post(`/${tenant}/oauth2/v2.0/token`, grant)).status];
    }),
  );
  assert.deepEqual(outcomes, [
    ['login_required', 400],
    [undefined, 200],
  ]);
});
