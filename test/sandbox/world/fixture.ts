import { settableClock } from '../../../src/base/clock.ts';
import { systemRandom } from '../../../src/base/random.ts';
import type { SealingKey } from '../../../src/base/seal.ts';
import { domainOf, entriesIn, type User } from '../../../src/domain/index.ts';
import type { EntryStore } from '../../../src/domain/ports.ts';
import { openWorld, type World } from '../../../src/sandbox/index.ts';
import { fixedSeed, readSeed } from '../../../src/sandbox/seed.ts';
import type { Seed } from '../../../src/sandbox/seed-schema.ts';
import { memoryStore } from '../../../src/store/memory/index.ts';

export const sealingKey: SealingKey = new Uint8Array(32).fill(7);
export const cheapCost = { cost: 2, blockSize: 1, parallelization: 1 };

export interface WorldOptions {
  readonly store?: EntryStore;
  readonly seed?: Seed;
  readonly sealingKey?: SealingKey;
}

export function testWorld({ store = memoryStore().entries, seed = fixedSeed(), ...own }: WorldOptions = {}) {
  const clock = settableClock(new Date('2026-11-21T09:00:00Z'));
  return openWorld(
    {
      random: systemRandom,
      passwordCost: cheapCost,
      sealingKey: own.sealingKey ?? sealingKey,
      entries: entriesIn(store, clock),
      clearEntries: () => store.clear(),
    },
    seed,
  );
}

/** What `GET /sandbox/export` writes and `POST /sandbox/import` reads. */
export const exportedText = (world: World): string => JSON.stringify({ fixedData: 'none', ...world.exported() });
export const imported = (world: World, text: string) => world.replace(() => readSeed(text, 'export.json'));

export async function userIn({ directory }: World, name: string): Promise<User> {
  const tenant = await directory.tenantByDomain(domainOf(name) ?? '');
  const user = tenant && (await directory.userByPrincipalName(tenant.id, name));
  if (!user) throw new TypeError(`there is no ${name}`);
  return user;
}

/** Every answer of a world about what `seed` names, in an order that does not depend on how it came to be. */
export async function answersOf({ directory, records }: World, seed: Seed): Promise<object> {
  const answers: [string, unknown][] = [];
  const tenants = seed.tenants.map(({ id }) => id).sort();
  const ids = seed.users.map(({ id = '' }) => id).sort();
  const apps = seed.applications.map(({ appId }) => appId).sort();
  for (const tenantId of tenants) {
    answers.push([tenantId, await directory.tenantById(tenantId)]);
    for (const id of ids) answers.push([`${tenantId} ${id}`, comparable(await directory.userById(tenantId, id))]);
    for (const id of ids) {
      for (const appId of apps) {
        const roles = await directory.assignedRoles(tenantId, id, appId);
        if (roles.length > 0) answers.push([`${tenantId} ${id} ${appId}`, roles]);
      }
    }
    for (const appId of apps) {
      const principal = await directory.servicePrincipal(tenantId, appId);
      answers.push([`${tenantId} ${appId}`, principal]);
      const roles = principal ? await directory.listAppRoleAssignments(tenantId, principal.id) : [];
      if (roles.length > 0) answers.push([`roles of ${appId} in ${tenantId}`, roles.map(({ role }) => role).sort()]);
      for (const resourceAppId of apps) {
        for (const userId of ['', ...ids]) {
          const query = { tenantId, clientAppId: appId, resourceAppId, userId };
          const scopes = [...(await directory.consentedScopes(query))].sort();
          if (scopes.length > 0) answers.push([Object.values(query).join(' '), scopes]);
        }
      }
    }
  }
  for (const appId of apps) answers.push([appId, comparable(await directory.applicationById(appId))]);
  for (const { customerTenantId, partnerTenantId } of seed.delegatedAdminRelationships) {
    const relationships = await directory.relationships(customerTenantId, partnerTenantId);
    answers.push([`${customerTenantId} of ${partnerTenantId}`, byId(relationships)]);
  }
  answers.push(['customers', (await records.listCustomers({})).items]);
  answers.push(['referrals', byId(await records.listReferrals())]);
  return Object.fromEntries(answers);
}

const byId = <Item extends { readonly id: string }>(items: readonly Item[]): readonly Item[] =>
  items.toSorted((one, other) => (one.id < other.id ? -1 : 1));

/** Secrets and bytes as text: two that are equal compare as equal. */
const comparable = (value: object | undefined): unknown =>
  value &&
  JSON.parse(
    JSON.stringify(value, function (this: Record<string, unknown>, name, text) {
      if (name === 'totpSecret') return (this[name] as { reveal(): string }).reveal();
      return this[name] instanceof Uint8Array ? Buffer.from(this[name]).toString('hex') : text;
    }),
  );
