import type {
  Application,
  AppRoleAssignment,
  Customer,
  DelegatedAdminRelationship,
  Directory,
  DirectoryChanges,
  PartnerRecordChanges,
  PermissionGrant,
  Referral,
  ServicePrincipal,
  Tenant,
  User,
} from '../../domain/index.ts';
import type { Seed } from '../seed-schema.ts';
import { applicationOf, type SeedApplication, seedApplicationOf } from './seed-application.ts';
import { type SealingContext, seedUserOf, userOf } from './seed-user.ts';
import { impliedPrincipal, isMicrosofts } from './service-principals.ts';

/** A grant that was put, or, without scopes, one that was removed. */
export type ChangedGrant = Omit<PermissionGrant, 'scopes'> & { readonly scopes: readonly string[] | undefined };
/** A referral that was put, or, without one, the id of one that was removed. */
export interface ChangedReferral {
  readonly id: string;
  readonly referral: Referral | undefined;
}

/** What a sign-in, an administrator or a test changed in a world since it began. */
export interface ChangeValues {
  readonly tenant: Tenant;
  readonly application: Application;
  readonly servicePrincipal: ServicePrincipal;
  readonly user: User;
  readonly relationship: DelegatedAdminRelationship;
  readonly permissionGrant: ChangedGrant;
  readonly appRoleAssignment: AppRoleAssignment;
  readonly customer: Customer;
  readonly referral: ChangedReferral;
}

export type What = keyof ChangeValues;
export type Change = { readonly [Name in What]: { readonly what: Name; readonly value: ChangeValues[Name] } }[What];

/** What a change is made in; its seed says what every tenant has. */
export interface ChangedWorld {
  readonly directory: Directory & DirectoryChanges;
  readonly records: PartnerRecordChanges;
  readonly seed: Seed;
}

export interface ChangeKind<Value, Written = never> {
  /** What makes two changes of the kind changes of one thing. */
  readonly key: (value: Value) => readonly string[];
  readonly apply: (world: ChangedWorld, value: Value) => Promise<void>;
  /** The member by which a written change is told from one of another kind. */
  readonly member: string;
  readonly encode: (context: SealingContext, value: Value) => object;
  readonly decode: (context: SealingContext, written: Written) => Value | Promise<Value>;
}

/** A kind whose values are JSON as they are, but for what `read` makes of it. */
const plain = <Value>(
  member: string,
  kind: Pick<ChangeKind<Value>, 'key' | 'apply'>,
  read: (written: Value) => Value = (written) => written,
): ChangeKind<Value, Readonly<Record<string, Value>>> => ({
  ...kind,
  member,
  encode: (_, value) => ({ [member]: value }),
  decode: (_, written) => read(written[member] as Value),
});

/** A tenant comes before what is in it, and the rest in an order in which each finds what it stands in. */
export const changeKinds = {
  tenant: plain<Tenant>('tenant', { key: ({ id }) => [id], apply: putTenant }),
  application: {
    key: ({ appId }) => [appId],
    apply: putApplication,
    member: 'application',
    encode: (_, application) => ({ application: seedApplicationOf(application) }),
    decode: (context, { application }) => applicationOf(context, application),
  } satisfies ChangeKind<Application, { readonly application: SeedApplication }>,
  servicePrincipal: plain<ServicePrincipal>('servicePrincipal', {
    key: ({ tenantId, appId }) => [tenantId, appId],
    apply: ({ directory }, principal) => directory.putServicePrincipal(principal),
  }),
  user: {
    key: ({ tenantId, id }) => [tenantId, id],
    apply: ({ directory }, user) => directory.putUser(user),
    member: 'user',
    encode: (context, user) => ({ tenantId: user.tenantId, user: seedUserOf(context, user) }),
    decode: (context, { tenantId, user }) => userOf(context, tenantId, user),
  } satisfies ChangeKind<User, { readonly tenantId: string; readonly user: Seed['users'][number] }>,
  relationship: plain<DelegatedAdminRelationship>(
    'relationship',
    { key: ({ id }) => [id], apply: ({ directory }, relationship) => directory.putRelationship(relationship) },
    (written) => ({ ...written, endDateTime: new Date(written.endDateTime) }),
  ),
  permissionGrant: plain<ChangedGrant>(
    'grant',
    {
      key: ({ tenantId, clientAppId, resourceAppId, principalId = '' }) => [
        tenantId,
        clientAppId,
        resourceAppId,
        principalId,
      ],
      apply: ({ directory }, { scopes, ...grant }) =>
        scopes === undefined
          ? directory.removePermissionGrant(grant)
          : directory.putPermissionGrant({ ...grant, scopes }),
    },
    // JSON leaves out what is undefined.
    (written) => ({ ...written, principalId: written.principalId, scopes: written.scopes }),
  ),
  appRoleAssignment: plain<AppRoleAssignment>('appRoleAssignment', {
    key: ({ tenantId, principalId, resourceAppId, role }) => [tenantId, principalId, resourceAppId, role],
    apply: ({ directory }, assignment) => directory.putAppRoleAssignment(assignment),
  }),
  customer: plain<Customer>('customer', {
    key: ({ tenantId, partnerTenantId }) => [tenantId, partnerTenantId],
    apply: ({ records }, customer) => records.putCustomer(customer),
  }),
  referral: plain<ChangedReferral>('referral', {
    key: ({ id }) => [id],
    apply: ({ records }, { id, referral }) => (referral ? records.putReferral(referral) : records.removeReferral(id)),
  }),
} satisfies { readonly [Name in What]: ChangeKind<ChangeValues[Name]> };

/** In a new tenant there is what a seed puts into every one: Microsoft's applications, and what they were given. */
async function putTenant({ directory, seed }: ChangedWorld, tenant: Tenant): Promise<void> {
  const isNew = !(await directory.tenantById(tenant.id));
  await directory.putTenant(tenant);
  if (!isNew) return;
  for (const { appId } of seed.applications.filter(isMicrosofts)) {
    await directory.putServicePrincipal(impliedPrincipal(tenant.id, appId));
  }
  for (const { tenantId, principal, scope, ...grant } of seed.oauth2PermissionGrants) {
    if (tenantId !== undefined || principal !== undefined) continue;
    const scopes = scope.split(' ').filter((name) => name !== '');
    await directory.putPermissionGrant({ ...grant, tenantId: tenant.id, principalId: undefined, scopes });
  }
}

/** An application exists in the tenant it is registered in. */
async function putApplication({ directory }: ChangedWorld, application: Application): Promise<void> {
  const { appId, appOwnerOrganizationId } = application;
  await directory.putApplication(application);
  if (await directory.servicePrincipal(appOwnerOrganizationId, appId)) return;
  await directory.putServicePrincipal(impliedPrincipal(appOwnerOrganizationId, appId));
}
