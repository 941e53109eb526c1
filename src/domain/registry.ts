import type { Clock } from '../base/clock.ts';
import { canonicalGuid, isGuid } from '../base/guid.ts';
import type { Entries } from './entries.ts';
import type { PartnerStanding } from './partner-registry.ts';
import { endOfTime, putEntry } from './put-entry.ts';
import { largestRateLimit, type RateLimit } from './rate-limit.ts';
import { Refusal } from './refusal.ts';
import { requiredText } from './text-rules.ts';

/** A tenant that has a partner account here. */
export interface RegisteredTenant {
  readonly tenantId: string;
  readonly displayName: string;
  readonly state: RegisteredState;
  readonly changedAt: Date;
}

/** An application of it. Another tenant's entry of the same application says nothing here. */
export interface RegisteredApplication {
  readonly tenantId: string;
  readonly applicationId: string;
  readonly displayName: string;
  readonly state: RegisteredState;
  /** Instead of the usual limit of a caller. */
  readonly limit?: RateLimit;
  readonly changedAt: Date;
}

export type RegisteredState = 'enabled' | 'blocked';

/** Everything that is registered, as of one version. */
export interface RegistryContent {
  readonly version: number;
  readonly tenants: readonly RegisteredTenant[];
  readonly applications: readonly RegisteredApplication[];
}

export interface RegistryContext {
  readonly entries: Entries;
  readonly clock: Clock;
}

const versionKey = 'current';

/** 0 before anything was registered. Nodes ask for it often: one row. */
export const registryVersion = async ({ entries }: Pick<RegistryContext, 'entries'>): Promise<number> =>
  (await entries.find('registryVersion', versionKey))?.version ?? 0;

/** The version is read first: a change that comes meanwhile is read again with the next one. */
export async function readRegistry({ entries }: Pick<RegistryContext, 'entries'>): Promise<RegistryContent> {
  const version = await registryVersion({ entries });
  const [tenants, applications] = await Promise.all([
    entries.list('registeredTenant'),
    entries.list('registeredApplication'),
  ]);
  return { version, tenants: tenants.map(({ value }) => value), applications: applications.map(({ value }) => value) };
}

export type RegisteredTenantOrder = Pick<RegisteredTenant, 'tenantId' | 'state'> &
  Partial<Pick<RegisteredTenant, 'displayName'>>;

/** Registers a tenant, or changes what is registered. Throws `Refusal` (`invalid`) for what is no id. */
export async function putTenant(context: RegistryContext, order: RegisteredTenantOrder): Promise<RegisteredTenant> {
  const tenantId = guidOf('tenant', order.tenantId);
  const kept = await context.entries.find('registeredTenant', tenantId);
  const displayName = nameOf(order) ?? kept?.displayName ?? tenantId;
  const value = { tenantId, displayName, state: order.state, changedAt: context.clock.now() };
  await putEntry(context.entries, 'registeredTenant', tenantId, { value, expiresAt: endOfTime });
  await nextVersion(context);
  return value;
}

export type RegisteredApplicationOrder = Pick<RegisteredApplication, 'tenantId' | 'applicationId' | 'state'> &
  Partial<Pick<RegisteredApplication, 'displayName'>> & {
    /** `null` takes the limit away; undefined leaves it. */
    readonly limit?: RateLimit | null | undefined;
  };

/** The same of an application. Throws `Refusal` (`invalid` also for a limit, and `missing` for a tenant that is not registered). */
export async function putApplication(
  context: RegistryContext,
  order: RegisteredApplicationOrder,
): Promise<RegisteredApplication> {
  const tenantId = guidOf('tenant', order.tenantId);
  const applicationId = guidOf('application', order.applicationId);
  const ordered = limitOf(order);
  if (!(await context.entries.find('registeredTenant', tenantId))) {
    throw new Refusal('missing', 'tenant', `${tenantId} is not registered. Register the tenant first.`);
  }
  const key = `${tenantId} ${applicationId}`;
  const kept = await context.entries.find('registeredApplication', key);
  const limit = order.limit === null ? undefined : (ordered ?? kept?.limit);
  const value = {
    tenantId,
    applicationId,
    displayName: nameOf(order) ?? kept?.displayName ?? applicationId,
    state: order.state,
    ...(limit === undefined ? {} : { limit }),
    changedAt: context.clock.now(),
  };
  await putEntry(context.entries, 'registeredApplication', key, { value, expiresAt: endOfTime, owner: tenantId });
  await nextVersion(context);
  return value;
}

/**
 * Takes an application out, or a tenant with all of its applications. Throws `Refusal` (`missing`). The version counts
 * before that is said: who repeats what was cut off in the middle, or whose answer was lost, brings it to every node.
 */
export async function removeRegistered(
  context: RegistryContext,
  { tenantId, applicationId }: { readonly tenantId: string; readonly applicationId?: string | undefined },
): Promise<void> {
  const { entries } = context;
  const tenant = guidOf('tenant', tenantId);
  const application = applicationId === undefined ? undefined : guidOf('application', applicationId);
  const taken = await (application === undefined
    ? takeTenant(entries, tenant)
    : entries.take('registeredApplication', `${tenant} ${application}`));
  await nextVersion(context);
  if (taken) return;
  if (application === undefined) throw new Refusal('missing', 'tenant', `${tenant} is not registered.`);
  throw new Refusal('missing', 'application', `${application} is not registered for this tenant.`);
}

/** Its applications first: none stays behind to be enabled when the tenant comes back. */
async function takeTenant(entries: Entries, tenant: string): Promise<RegisteredTenant | undefined> {
  const own = await entries.list('registeredApplication', tenant);
  await Promise.all(own.map(({ key }) => entries.take('registeredApplication', key)));
  return entries.take('registeredTenant', tenant);
}

/** After what changed is kept: whoever reads the new version reads the change. */
async function nextVersion({ entries }: RegistryContext): Promise<void> {
  const next = { value: { version: 1 }, expiresAt: endOfTime };
  const counted = () => entries.change('registryVersion', versionKey, ({ version }) => ({ version: version + 1 }));
  if (await counted()) return;
  if (!(await entries.add('registryVersion', versionKey, next))) await counted();
}

const nameOf = ({ displayName }: { readonly displayName?: string }): string | undefined =>
  displayName === undefined ? undefined : requiredText('name', displayName);

function limitOf({ limit }: RegisteredApplicationOrder): RateLimit | undefined {
  if (!limit) return undefined;
  const { requests, perSeconds } = limit;
  const isUpTo = (count: number, most: number) => Number.isSafeInteger(count) && count >= 1 && count <= most;
  if (isUpTo(requests, largestRateLimit.requests) && isUpTo(perSeconds, largestRateLimit.perSeconds)) {
    return { requests, perSeconds };
  }
  const most = `${largestRateLimit.requests} requests in 1 to ${largestRateLimit.perSeconds} seconds`;
  throw new Refusal('invalid', 'limit', `must be 1 to ${most}, in whole numbers.`);
}

function guidOf(field: string, text: string): string {
  if (isGuid(text)) return canonicalGuid(text);
  throw new Refusal('invalid', field, 'must be an id, a GUID.');
}

/** What each caller may do by what is registered, in constant time. */
export function standingsOf({ tenants, applications }: RegistryContent) {
  const states = new Map(tenants.map(({ tenantId, state }) => [tenantId, state]));
  const byKey = new Map(applications.map((one) => [`${one.tenantId} ${one.applicationId}`, one]));
  return (tenantId: string, applicationId: string): PartnerStanding => {
    const tenant = canonicalGuid(tenantId);
    const state = states.get(tenant);
    if (state === undefined) return { hasPartnerAccount: false, application: 'absent' };
    const known = byKey.get(`${tenant} ${canonicalGuid(applicationId)}`);
    if (!known) return { hasPartnerAccount: true, application: 'absent' };
    const application = state === 'blocked' ? 'blocked' : known.state;
    return { hasPartnerAccount: true, application, ...(known.limit === undefined ? {} : { limit: known.limit }) };
  };
}
