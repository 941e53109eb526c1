import assert from 'node:assert/strict';
import { after, describe, test } from 'node:test';
import { settableClock } from '../../src/base/clock.ts';
import { systemRandom } from '../../src/base/random.ts';
import { type ConsoleContext, createConsole } from '../../src/console/index.ts';
import { consoleRoutes } from '../../src/console/routes.ts';
import { entriesIn, entryKey, type Tenant, type User } from '../../src/domain/index.ts';
import { requestOf } from '../../src/http/message.ts';
import { memoryStore } from '../../src/store/memory/index.ts';
import type { FormBrowser } from '../support/form-browser.ts';
import {
  admin,
  applicationAdministrator,
  consoleSandbox,
  john,
  otherAdministrator,
  type Person,
  signedInAs,
  tenantId,
  tokenByPassword,
  userAdministrator,
} from './fixture.ts';

const sandbox = await consoleSandbox();
after(() => sandbox.close());

const parameters: Readonly<Record<string, string>> = {
  id: 'aaaaaaaa-0000-1111-2222-bbbbbbbbbbbb',
  appId: '00001111-aaaa-2222-bbbb-3333cccc4444',
  resource: '4990cffe-04e8-4e8b-808a-1175604b879f',
  tenantId: 'bbbbcccc-1111-dddd-2222-eeee3333ffff',
};

// The first flow.
await tokenByPassword(sandbox, john);
const sampleOf = (path: string, name: string): string =>
  path.startsWith('/console/flows/') ? '1' : (parameters[name] ?? assert.fail(name));

/** Every route that asks who somebody is, with something that is there in the place of its parameters. */
const routes = consoleRoutes.flatMap(([method, path, who]) =>
  who === 'anybody' ? [] : [{ method, who, path: path.replace(/:(\w+)/g, (_, name: string) => sampleOf(path, name)) }],
);
const administrators = routes.filter(({ who }) => who !== 'signedIn');

async function asked(cookies: FormBrowser['cookies'] | undefined, { method, path }: (typeof routes)[number]) {
  const response = await sandbox.fetch(sandbox.url + path, {
    method,
    redirect: 'manual',
    headers: {
      accept: 'application/json',
      ...(cookies ? { cookie: [...cookies].map(([name, value]) => `${name}=${value}`).join('; ') } : {}),
      ...(method === 'POST' ? { origin: sandbox.url, 'content-type': 'application/x-www-form-urlencoded' } : {}),
    },
  });
  const text = await response.text();
  const code = text.startsWith('{"error"') ? (JSON.parse(text) as { error: { code: string } }).error.code : undefined;
  return [response.status, code] as const;
}

const world = async () => JSON.stringify([await sandbox.control.export(), await sandbox.control.keys()]);

test('the walk is over the whole table', () => {
  assert.deepEqual([routes.length, administrators.length], [consoleRoutes.length - 2, consoleRoutes.length - 3]);
  assert.ok(routes.length >= 59, String(routes.length));
});

test('row 124: nobody signed in: 401 at every route', async () => {
  for (const route of routes) assert.deepEqual(await asked(undefined, route), [401, 'signInNeeded'], route.path);
});

describe('row 124: 403 at every route', async () => {
  for (const [who, person] of [
    ['a plain user', john],
    ['another tenant’s administrator', otherAdministrator],
  ] as const) {
    test(who, async () => {
      const { cookies } = await signedInAs(sandbox, person);
      const before = await world();
      for (const route of administrators)
        assert.deepEqual(await asked(cookies, route), [403, 'notAllowed'], route.path);
      assert.equal(await world(), before);
    });
  }
});

const parts: readonly (readonly [who: string, person: Person, theirs: readonly string[]])[] = [
  ['a user administrator', userAdministrator, ['any', 'users']],
  ['an application administrator', applicationAdministrator, ['any', 'applications']],
  ['a global administrator', admin, ['any', 'users', 'applications', 'sandbox']],
];
for (const [who, person, theirs] of parts) {
  test(`row 124: ${who} gets the pages of ${theirs.join(', ')} and 403 at all others`, async () => {
    const { cookies } = await signedInAs(sandbox, person);
    for (const route of administrators.filter(({ method }) => method === 'GET')) {
      const expected = theirs.includes(route.who) ? [200, undefined] : [403, 'notAllowed'];
      assert.deepEqual(await asked(cookies, route), expected, route.path);
    }
  });
}

test('row 100: no form is taken without its marker, at any route', async () => {
  const { cookies } = await signedInAs(sandbox, admin);
  const before = await world();
  const posts = routes.filter(({ method }) => method === 'POST');
  for (const route of posts) assert.deepEqual(await asked(cookies, route), [403, 'foreignForm'], route.path);
  assert.equal(await world(), before);
});

describe('what concerns the whole sandbox is for its own machine, as the control API is', async () => {
  const clock = settableClock(new Date('2026-11-21T08:59:27.400Z'));
  const entries = entriesIn(memoryStore().entries, clock);
  const tenant = { id: tenantId, displayName: 'Contoso', hasPartnerAccount: true } as Tenant;
  const user = { id: 'u', tenantId, accountEnabled: true, directoryRoles: ['globalAdministrator'] } as unknown as User;
  const session = { userId: user.id, userTenantId: tenant.id, beganAt: clock.now(), formKey: 'k' };
  const expiresAt = new Date(clock.now().getTime() + 1000);
  await entries.add('consoleSession', entryKey('session'), { value: session, expiresAt });
  const directory = { userById: async () => user, tenantById: async () => tenant };
  const { handler } = createConsole({ clock, random: systemRandom, entries, directory } as unknown as ConsoleContext);

  const own = routes.filter(({ who }) => who === 'sandbox');
  for (const { method, path } of own) {
    for (const [origin, remoteAddress] of [
      ['https://localhost:8443', '192.0.2.7'],
      ['https://192.0.2.7:8443', '192.0.2.7'],
      ['https://sandbox.example:8443', '127.0.0.1'],
    ] as const) {
      test(`${method} ${path} at ${origin} from ${remoteAddress}: 403`, async () => {
        const headers = { cookie: '__Host-partner-auth-console-8443=session', accept: 'application/json' };
        const request = new Request(origin + path, { method, headers });
        const { status, body } = await handler(await requestOf(request, undefined, remoteAddress));
        assert.deepEqual([status, JSON.parse(body).error.code], [403, 'otherMachine']);
      });
    }
  }

  test('there are such routes', () => assert.equal(own.length, 11));
});
