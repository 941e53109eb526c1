/** A delegated permission a resource offers (Graph: `permissionScope`). */
export interface DelegatedPermission {
  readonly id: string;
  readonly value: string;
  /** Who may consent: every user for themselves, or an administrator alone. */
  readonly type: 'User' | 'Admin';
  readonly adminConsentDisplayName: string;
}

/** A role a resource offers to users, to applications or to both. */
export interface AppRole {
  readonly id: string;
  readonly value: string;
  readonly displayName: string;
  readonly allowedMemberTypes: readonly ('User' | 'Application')[];
}

/** What an app registration lists under "API permissions". */
export interface RequiredResourceAccess {
  readonly resourceAppId: string;
  readonly resourceAccess: readonly { readonly id: string; readonly type: 'Scope' | 'Role' }[];
}

/**
 * Consent: in a tenant, an application may use a resource for all users or for one. Graph's `oauth2PermissionGrant`,
 * with application ids in place of the service principals' object ids.
 */
export interface PermissionGrant {
  readonly tenantId: string;
  readonly clientAppId: string;
  readonly resourceAppId: string;
  /** The one user it holds for; undefined: all of the tenant (consent type AllPrincipals). */
  readonly principalId: string | undefined;
  readonly scopes: readonly string[];
}

/** A role of a resource given to a user or to an application. */
export interface AppRoleAssignment {
  readonly tenantId: string;
  /** Object id of the user or service principal. */
  readonly principalId: string;
  readonly resourceAppId: string;
  readonly role: string;
}
