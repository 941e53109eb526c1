import type { Secret } from '../base/secret.ts';
import type { Application, ServicePrincipal } from './application.ts';
import type { Resource } from './authorization.ts';
import type { DelegatedAdminRelationship } from './customer.ts';
import type { Page, PageOrder } from './page.ts';
import type { PasswordRecord } from './password.ts';
import type { AppRoleAssignment, PermissionGrant } from './permission.ts';
import type { Tenant } from './tenant.ts';
import type { User } from './user.ts';

/**
 * The port to whatever holds tenants, users and applications. Look-ups answer undefined for what does not exist and
 * reject only when they cannot know. Ids and names are found in any letter case.
 */
export interface Directory {
  tenantById(id: string): Promise<Tenant | undefined>;
  tenantByDomain(domain: string): Promise<Tenant | undefined>;
  applicationById(appId: string): Promise<Application | undefined>;
  /** Whether any application has a single-page redirect address at the origin. */
  isSinglePageOrigin(origin: string): Promise<boolean>;
  servicePrincipal(tenantId: string, appId: string): Promise<ServicePrincipal | undefined>;
  /** By identifier URI, with or without its trailing slash, or by application id. */
  resource(tenantId: string, identifier: string): Promise<Resource | undefined>;
  userByPrincipalName(tenantId: string, userPrincipalName: string): Promise<User | undefined>;
  userById(tenantId: string, id: string): Promise<User | undefined>;
  /** Delegated permissions consented for this user: those of all users and the user's own. */
  consentedScopes(consent: ConsentQuery): Promise<readonly string[]>;
  assignedRoles(tenantId: string, principalId: string, resourceAppId: string): Promise<readonly string[]>;
  /** What a partner may do in a customer's tenant, ended relationships included. */
  relationships(customerTenantId: string, partnerTenantId: string): Promise<readonly DelegatedAdminRelationship[]>;
  /** A record no password matches, of the cost the users' have: checking it takes the time a real check takes. */
  readonly decoyPassword: PasswordRecord;
  /** Keys the subject identifiers that differ from application to application. */
  readonly pairwiseSalt: Secret;
}

export interface ConsentQuery {
  readonly tenantId: string;
  readonly clientAppId: string;
  readonly resourceAppId: string;
  readonly userId: string;
}

/**
 * What a sign-in, an administrator or a test may change. A change is durable, and seen by every look-up that begins
 * after it resolved.
 */
export interface DirectoryChanges {
  /** Adds the tenant, or replaces the one with its id. Microsoft's applications are known in it at once. */
  putTenant(tenant: Tenant): Promise<void>;
  /** Adds the user, or replaces the one with its id. */
  putUser(user: User): Promise<void>;
  /** Adds the application, or replaces the one with its id. */
  putApplication(application: Application): Promise<void>;
  putServicePrincipal(servicePrincipal: ServicePrincipal): Promise<void>;
  /** The application is no longer known in the tenant. What it was given there is removed apart from it. */
  removeServicePrincipal(tenantId: string, appId: string): Promise<void>;
  /** Adds the grant, or replaces the one of the same tenant, client, resource and user. */
  putPermissionGrant(grant: PermissionGrant): Promise<void>;
  removePermissionGrant(grant: Omit<PermissionGrant, 'scopes'>): Promise<void>;
  /** Adds the assignment; one that is there already stays as it is. */
  putAppRoleAssignment(assignment: AppRoleAssignment): Promise<void>;
  removeAppRoleAssignment(assignment: AppRoleAssignment): Promise<void>;
  /** Adds the relationship, or replaces the one with its id. */
  putRelationship(relationship: DelegatedAdminRelationship): Promise<void>;
}

/** Lists for people to look through. */
export interface DirectoryLists {
  listTenants(): Promise<readonly Tenant[]>;
  /** By user name, with or without one tenant's alone. */
  listUsers(order: PageOrder & { readonly tenantId?: string | undefined }): Promise<Page<User>>;
  /** By name. `tenantId`: where they are registered; undefined: in every tenant but Microsoft's. */
  listApplications(order: PageOrder & { readonly tenantId?: string | undefined }): Promise<Page<Application>>;
  /** What an application, or every one, was given in a tenant: grants for everybody and for single users. */
  listPermissionGrants(tenantId: string, clientAppId?: string): Promise<readonly PermissionGrant[]>;
  /** The roles a user or a service principal has in a tenant. */
  listAppRoleAssignments(tenantId: string, principalId: string): Promise<readonly AppRoleAssignment[]>;
}
