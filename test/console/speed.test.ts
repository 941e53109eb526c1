import assert from 'node:assert/strict';
import { after, test } from 'node:test';
import { CheckTrail } from '../../src/base/check-trail.ts';
import { settableClock } from '../../src/base/clock.ts';
import { systemRandom } from '../../src/base/random.ts';
import { createConsole } from '../../src/console/index.ts';
import {
  type Application,
  directoryOf,
  entriesIn,
  entryKey,
  newRelationship,
  partnerRecordsOf,
  type Referral,
  registerApplication,
  type Tenant,
  type User,
} from '../../src/domain/index.ts';
import { fetchOf } from '../../src/http/message.ts';
import { flowBook, requestLog, sandboxData } from '../../src/sandbox/index.ts';
import { fixedSeed } from '../../src/sandbox/seed.ts';
import { consoleSandbox } from '../../src/server/console-sandbox.ts';
import { memoryStore } from '../../src/store/memory/index.ts';
import { startSandbox } from '../../src/testing/index.ts';
import { median } from '../support/figures.ts';

/** A page of a list, whatever is behind it: what grows with the directory is not on it. */
const mostCharacters = 60_000;
const graph = '00000003-0000-0000-c000-000000000000';
const users = 5000;
const applications = 500;
const customers = 5000;
const referrals = 1000;
const faults = 500;

/** A console on a world with as many of each, and a session of its administrator. */
async function largeConsole() {
  const clock = settableClock(new Date('2026-11-21T08:59:27.400Z'));
  const cheap = { cost: 2, blockSize: 1, parallelization: 1 };
  const { directory: data, ...records } = await sandboxData({ random: systemRandom, passwordCost: cheap }, fixedSeed());
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
  const tenants = Array.from({ length: customers }, (_, index) => ({
    id: systemRandom.guid(),
    displayName: `Customer ${index}`,
    verifiedDomains: [`customer-${index}.example`],
    hasPartnerAccount: false,
  }));
  const moreCustomers = tenants.map(({ id, displayName, verifiedDomains: [domain = ''] }) => ({
    ...{ tenantId: id, partnerTenantId: tenant.id, companyName: displayName, domain },
  }));
  const relationships = moreCustomers.map((customer) =>
    newRelationship({ random: systemRandom }, customer, { roles: ['Global Reader'], now: clock.now() }),
  );
  const clients = data.applications.filter(({ appOwnerOrganizationId }) => appOwnerOrganizationId === tenant.id);
  const grants = tenants.flatMap(({ id }) =>
    clients.map(({ appId }) => ({
      ...{ tenantId: id, clientAppId: appId, resourceAppId: graph, principalId: undefined, scopes: ['User.Read'] },
    })),
  );
  const moreReferrals = Array.from({ length: referrals }, (_, index) => ({
    ...(records.referrals[0] as Referral),
    id: systemRandom.guid(),
    name: `Referral ${index}`,
  }));
  for (let index = 0; index < faults; index++) await sandbox.control.addFault({ path: `/${index}`, status: 503 });
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
      tenants: [...data.tenants, ...tenants],
      permissionGrants: [...data.permissionGrants, ...grants],
      delegatedAdminRelationships: [...data.delegatedAdminRelationships, ...relationships],
    }),
    records: partnerRecordsOf({
      customers: [...records.customers, ...moreCustomers],
      referrals: [...records.referrals, ...moreReferrals],
    }),
    sandbox: consoleSandbox(sandbox.control),
    flows: manyFlows(),
    signIn: { appId: '', redeem: async () => undefined },
    log: { error: (detail) => assert.fail(JSON.stringify(detail)) },
  });
  const request = fetchOf(handler);
  const cookie = '__Host-partner-auth-console-8443=session';
  return (path: string) => request(`https://localhost:8443${path}`, { headers: { cookie } });
}

/** As many as are remembered, each refused. */
function manyFlows() {
  const requests = requestLog();
  const trail = new CheckTrail({ one: 'The first', two: 'The second' });
  for (let index = 0; index < 1000; index++) {
    requests.add({
      time: '2026-11-21T08:59:27.400Z',
      method: 'POST',
      path: '/common/oauth2/token',
      endpoint: 'token',
      query: {},
      form: { grant_type: 'password' },
      status: 400,
      outcome: 'answered',
      correlationId: systemRandom.guid(),
      clientId: '00001111-aaaa-2222-bbbb-3333cccc4444',
      errorCodes: ['AADSTS50126'],
      checks: trail.judged(),
    });
  }
  return flowBook(requests);
}

const sandbox = await startSandbox();
after(() => sandbox.close());
const get = await largeConsole();
const sample = '/console/applications/00001111-aaaa-2222-bbbb-3333cccc4444';
const fabrikam = '/console/customers/bbbbcccc-1111-dddd-2222-eeee3333ffff';

for (const path of [
  '/console',
  '/console/users',
  '/console/users?q=user.4999',
  '/console/users?page=200',
  '/console/users/new',
  '/console/users/aaaaaaaa-0000-1111-2222-bbbbbbbbbbbb',
  '/console/flows',
  '/console/flows?q=AADSTS50126&page=40',
  '/console/flows/700',
  '/console/applications',
  '/console/applications?q=application+499',
  sample,
  `${sample}/credentials`,
  `${sample}/permissions`,
  `${sample}/permissions/add?tab=organization&q=Microsoft`,
  `${sample}/permissions/add/4990cffe-04e8-4e8b-808a-1175604b879f`,
  '/console/customers',
  '/console/customers?q=customer-4999',
  '/console/customers?page=200',
  '/console/customers/new',
  fabrikam,
  `${fabrikam}/relationships/new`,
  `${fabrikam}/consents/new`,
  `${fabrikam}/consents/new?q=application+499`,
  `${fabrikam}/consents/new/00001111-aaaa-2222-bbbb-3333cccc4444`,
  '/console/referrals',
  '/console/referrals?q=referral+999',
  '/console/referrals/new',
  '/console/clock',
  '/console/faults',
  '/console/faults?page=20',
  '/console/faults/new?effect=status',
  '/console/keys',
]) {
  test(`${path} holds one page, whatever is behind it`, async (t) => {
    const times: number[] = [];
    for (let round = 0; round < 5; round++) {
      const began = performance.now();
      const answer = await get(path);
      const { length } = await answer.text();
      times.push(performance.now() - began);
      assert.equal(answer.status, 200);
      assert.ok(length < mostCharacters, `${length} characters`);
    }
    t.diagnostic(`median ${median(times).toFixed(1)} ms`);
  });
}
