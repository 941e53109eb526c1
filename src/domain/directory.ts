import type { Secret } from '../base/secret.ts';
import type { Application, ServicePrincipal } from './application.ts';
import type { Resource } from './authorization.ts';
import type { PasswordRecord } from './password.ts';
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
  servicePrincipal(tenantId: string, appId: string): Promise<ServicePrincipal | undefined>;
  /** By identifier URI, with or without its trailing slash, or by application id. */
  resource(tenantId: string, identifier: string): Promise<Resource | undefined>;
  userByPrincipalName(tenantId: string, userPrincipalName: string): Promise<User | undefined>;
  userById(tenantId: string, id: string): Promise<User | undefined>;
  /** Delegated permissions consented for this user: those of all users and the user's own. */
  consentedScopes(consent: ConsentQuery): Promise<readonly string[]>;
  assignedRoles(tenantId: string, principalId: string, resourceAppId: string): Promise<readonly string[]>;
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
