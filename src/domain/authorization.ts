import type { Application, ServicePrincipal } from './application.ts';
import type { Tenant } from './tenant.ts';
import type { User } from './user.ts';

/**
 * The result of any grant: who may do what, for which application, in which tenant. Tokens are written from it and from
 * nothing else, so a grant cannot issue more than it proved.
 */
export interface Authorization {
  readonly tenant: Tenant;
  readonly client: Client;
  readonly subject: Subject;
  readonly resource: Resource;
  /** The resource as it was asked for, spelling kept: what a v1 token has as its audience. */
  readonly audience: string;
  /** Delegated permissions of the resource; empty when the application acts for itself. */
  readonly scopes: readonly string[];
  /** Roles of the resource assigned to the subject. */
  readonly roles: readonly string[];
}

export interface Client {
  readonly application: Application;
  readonly servicePrincipal: ServicePrincipal;
  readonly authentication: ClientAuthentication;
}

export type ClientAuthentication = 'none' | 'secret' | 'certificate' | 'federated';

export type Subject = { readonly kind: 'application' } | UserSubject;

export interface UserSubject {
  readonly kind: 'user';
  readonly user: User;
  /** Authentication methods proven (RFC 8176): `pwd`, `mfa`, … */
  readonly methods: readonly string[];
  readonly authenticatedAt: Date;
  /** The browser's session; a grant without a browser has none. */
  readonly sessionId?: string;
  /** In another tenant than the user's: template ids of the roles the user's organization was given there. */
  readonly rolesElsewhere?: readonly string[];
}

/** An application as the owner of an API, in the tenant of the request. */
export interface Resource {
  readonly application: Application;
  readonly servicePrincipal: ServicePrincipal;
}
