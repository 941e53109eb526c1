import assert from 'node:assert/strict';
import { test } from 'node:test';
import { settableClock } from '../../src/base/clock.ts';
import { systemRandom } from '../../src/base/random.ts';
import { createConsole } from '../../src/console/index.ts';
import {
  type Application,
  directoryOf,
  entriesIn,
  entryKey,
  registerApplication,
  type Tenant,
  type User,
} from '../../src/domain/index.ts';
import { fetchOf } from '../../src/http/message.ts';
import { sandboxData } from '../../src/sandbox/index.ts';
import { fixedSeed } from '../../src/sandbox/seed.ts';
import { memoryStore } from '../../src/store/memory/index.ts';

/** A page of a list, whatever is behind it: what grows with the directory is not on it. */
const mostCharacters = 60_000;
const users = 5000;
const applications = 500;

/** A console on a directory with as many users and applications, and a session of its administrator. */
async function largeConsole() {
  const clock = settableClock(new Date('2026-11-21T08:59:27.400Z'));
  const cheap = { cost: 2, blockSize: 1, parallelization: 1 };
  const { directory: data } = await sandboxData({ random: systemRandom, passwordCost: cheap }, fixedSeed());
  const tenant = data.tenants[0] as Tenant;
  const administrator = data.users.find(({ directoryRoles }) => directoryRoles.length > 0) as User;
  const moreUsers = Array.from({ length: users }, (_, index) => ({
    ...administrator,
    id: systemRandom.guid(),
    userPrincipalName: `user.${index}@contoso.com`,
    displayName: `User ${index}`,
    directoryRoles: [],
  }));
  const moreApplications = Array.from(
    { length: applications },
    (_, index): Application => ({
      ...registerApplication({ random: systemRandom }, tenant, { displayName: `Application ${index}` }),
      oauth2PermissionScopes: data.applications[0]?.oauth2PermissionScopes ?? [],
    }),
  );
  const entries = entriesIn(memoryStore().entries, clock);
  const session = { userId: administrator.id, userTenantId: tenant.id, beganAt: clock.now(), formKey: 'k' };
  const expiresAt = new Date(clock.now().getTime() + 3_600_000);
  await entries.add('consoleSession', entryKey('session'), { value: session, expiresAt });
  const { handler } = createConsole({
    clock,
    random: systemRandom,
    entries,
    directory: directoryOf({
      ...data,
      users: [...data.users, ...moreUsers],
      applications: [...data.applications, ...moreApplications],
    }),
    signIn: { appId: '', redeem: async () => undefined },
    log: { error: (detail) => assert.fail(JSON.stringify(detail)) },
  });
  const request = fetchOf(handler);
  const cookie = '__Host-partner-auth-console-8443=session';
  return (path: string) => request(`https://localhost:8443${path}`, { headers: { cookie } });
}

const get = await largeConsole();
const sample = '/console/applications/00001111-aaaa-2222-bbbb-3333cccc4444';

for (const path of [
  '/console',
  '/console/users',
  '/console/users?q=user.4999',
  '/console/users?page=200',
  '/console/users/new',
  '/console/users/aaaaaaaa-0000-1111-2222-bbbbbbbbbbbb',
  '/console/applications',
  '/console/applications?q=application+499',
  sample,
  `${sample}/credentials`,
  `${sample}/permissions`,
  `${sample}/permissions/add?tab=organization&q=Microsoft`,
  `${sample}/permissions/add/4990cffe-04e8-4e8b-808a-1175604b879f`,
]) {
  test(`${path} holds one page of ${users} users and ${applications} applications`, async (t) => {
    const times: number[] = [];
    for (let round = 0; round < 5; round++) {
      const began = performance.now();
      const answer = await get(path);
      const { length } = await answer.text();
      times.push(performance.now() - began);
      assert.equal(answer.status, 200);
      assert.ok(length < mostCharacters, `${length} characters`);
    }
    t.diagnostic(`median ${(times.sort((one, other) => one - other)[2] ?? 0).toFixed(1)} ms`);
  });
}
