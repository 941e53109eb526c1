import type { Secret } from '../base/secret.ts';
import type { Application, ServicePrincipal } from './application.ts';
import type { Resource } from './authorization.ts';
import type { DelegatedAdminRelationship } from './customer.ts';
import type { PasswordRecord } from './password.ts';
import type { PermissionGrant } from './permission.ts';
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
  /** Adds the user, or replaces the one with its id. */
  putUser(user: User): Promise<void>;
  putServicePrincipal(servicePrincipal: ServicePrincipal): Promise<void>;
  /** Adds the grant, or replaces the one of the same tenant, client, resource and user. */
  putPermissionGrant(grant: PermissionGrant): Promise<void>;
  removePermissionGrant(grant: Omit<PermissionGrant, 'scopes'>): Promise<void>;
}
