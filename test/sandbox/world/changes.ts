import assert from 'node:assert/strict';
import fc from 'fast-check';
import { systemRandom } from '../../../src/base/random.ts';
import {
  endedRelationship,
  entriesIn,
  microsoftServicesTenantId,
  newCustomer,
  newCustomerTenant,
  newRelationship,
  registerApplication,
  withdrawFromCustomer,
  withNewSecret,
} from '../../../src/domain/index.ts';
import { fixedIds } from '../../../src/sandbox/index.ts';
import { memoryStore } from '../../../src/store/memory/index.ts';
import type { testWorld } from './fixture.ts';

const john = 'john.doe@contoso.com';
const jane = 'jane.roe@contoso.com';
export const graph = '00000003-0000-0000-c000-000000000000';

/** Changes as a console or a sign-in makes them. */
const tenantId = fc.constantFrom(fixedIds.partnerTenant, fixedIds.fabrikam, fixedIds.wingtip);
const appId = fc.constantFrom(fixedIds.application, fixedIds.publicApplication, '04b07795-8ddb-461a-bbee-02f9e1bf7b46');
const name = fc.constantFrom(john, jane, 'admin@contoso.com');
const number = fc.integer({ min: 1, max: 3 });
export const change = fc.oneof(
  fc.record({ what: fc.constant('disable' as const), name }),
  fc.record({ what: fc.constant('rename' as const), name, to: fc.stringMatching(/^[a-z]{3,8}$/) }),
  fc.record({ what: fc.constant('principal' as const), tenantId, appId, accountEnabled: fc.boolean() }),
  fc.record({
    what: fc.constant('grant' as const),
    tenantId,
    appId,
    own: fc.boolean(),
    scopes: fc.uniqueArray(fc.constantFrom('User.Read', 'Directory.Read.All', 'openid'), { minLength: 1 }),
  }),
  fc.record({ what: fc.constant('remove' as const), tenantId, appId, own: fc.boolean() }),
  fc.record({
    what: fc.constant('register' as const),
    number,
    scheme: fc.constantFrom('https://a.example/', 'http://localhost'),
  }),
  fc.record({ what: fc.constant('secret' as const), number }),
  fc.record({ what: fc.constant('customer' as const), number }),
  fc.record({ what: fc.constant('relationship' as const), number, ended: fc.boolean() }),
  fc.record({ what: fc.constant('role' as const), tenantId, appId, given: fc.boolean() }),
  fc.record({ what: fc.constant('withdraw' as const), tenantId, appId }),
  fc.record({ what: fc.constant('referral' as const), number, kept: fc.boolean() }),
);
export type Made = typeof change extends fc.Arbitrary<infer Value> ? Value : never;

export async function make(world: Awaited<ReturnType<typeof testWorld>>, made: Made): Promise<void> {
  const { directory } = world;
  const id = 'aaaaaaaa-0000-1111-2222-bbbbbbbbbbbb';
  switch (made.what) {
    case 'disable':
    case 'rename': {
      const seed = world.exported().users.find(({ userPrincipalName }) => userPrincipalName === made.name);
      const user = seed?.id && (await directory.userById(fixedIds.partnerTenant, seed.id));
      if (!user) return;
      const renamed = made.what === 'rename' ? { userPrincipalName: `${made.to}.x@contoso.com` } : {};
      await directory.putUser({ ...user, accountEnabled: made.what !== 'disable', ...renamed });
      return;
    }
    case 'principal': {
      const known = await directory.servicePrincipal(made.tenantId, made.appId);
      const principal = known ?? { id: fixedIds.wingtip, tenantId: made.tenantId, appId: made.appId };
      await directory.putServicePrincipal({
        appRoleAssignmentRequired: false,
        ...principal,
        accountEnabled: made.accountEnabled,
      });
      return;
    }
    case 'grant':
    case 'remove': {
      // An application is consented to where it exists.
      if (!(await directory.servicePrincipal(made.tenantId, made.appId))) return;
      const place = { tenantId: made.tenantId, clientAppId: made.appId, resourceAppId: graph };
      const principalId = made.own ? id : undefined;
      if (made.what === 'grant') await directory.putPermissionGrant({ ...place, principalId, scopes: made.scopes });
      else await directory.removePermissionGrant({ ...place, principalId });
      return;
    }
    default:
      return makeMore(world, made);
  }
}

/** Changes as the console and Partner Center make them. */
async function makeMore(world: Awaited<ReturnType<typeof testWorld>>, made: Made): Promise<void> {
  const { directory, records } = world;
  const context = { directory, random: systemRandom };
  const now = new Date('2026-11-21T09:00:00Z');
  const partner = await directory.tenantById(fixedIds.partnerTenant);
  assert.ok(partner);
  switch (made.what) {
    case 'register': {
      const order = { displayName: `App ${made.number}`, redirectUris: { publicClient: [made.scheme] } };
      return directory.putApplication({
        ...registerApplication(context, partner, order),
        appId: idOf('a', made.number),
      });
    }
    case 'secret': {
      const application = await directory.applicationById(idOf('a', made.number));
      if (application) await directory.putApplication(withNewSecret(context, application, { now }).application);
      return;
    }
    case 'customer': {
      const order = { companyName: `Company ${made.number}`, domain: `c${made.number}.example` };
      const tenant = { ...newCustomerTenant(context, order), id: idOf('c', made.number) };
      await directory.putTenant(tenant);
      return records.putCustomer(newCustomer(partner, tenant, order));
    }
    case 'relationship': {
      const customer = await records.customer(partner.id, idOf('c', made.number));
      if (!customer) return;
      const active = {
        ...newRelationship(context, customer, { roles: ['Global Reader'], now }),
        id: idOf('e', made.number),
      };
      return directory.putRelationship(made.ended ? endedRelationship(active, now) : active);
    }
    case 'role': {
      const principal = await directory.servicePrincipal(made.tenantId, made.appId);
      if (!principal) return;
      const role = {
        tenantId: made.tenantId,
        principalId: principal.id,
        resourceAppId: graph,
        role: 'Directory.Read.All',
      };
      return made.given ? directory.putAppRoleAssignment(role) : directory.removeAppRoleAssignment(role);
    }
    case 'withdraw': {
      // Where it is registered it stays.
      const application = await directory.applicationById(made.appId);
      if (!application || application.appOwnerOrganizationId === made.tenantId) return;
      if (application.appOwnerOrganizationId === microsoftServicesTenantId) return;
      const entries = entriesIn(memoryStore().entries, { now: () => now });
      await withdrawFromCustomer({ directory, entries }, { application, tenantId: made.tenantId });
      return;
    }
    case 'referral': {
      const [first] = await records.listReferrals();
      if (!first) return;
      const referral = { ...first, id: idOf('f', made.number), name: `Lead ${made.number}`, statusReason: 'because' };
      return made.kept ? records.putReferral(referral) : records.removeReferral(referral.id);
    }
  }
}

export const idOf = (kind: string, number: number): string => `${kind.repeat(8)}-0000-4000-8000-00000000000${number}`;
