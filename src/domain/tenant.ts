export interface Tenant {
  readonly id: string;
  readonly displayName: string;
  /** The domains whose user names belong here; the first is the default one. Lower case. */
  readonly verifiedDomains: readonly string[];
  /** Whether Partner Center knows the tenant as a partner. */
  readonly hasPartnerAccount: boolean;
}

/** The tenant that Microsoft's own APIs are registered in: its applications are resources in every tenant. */
export const microsoftServicesTenantId = 'f8cdef31-a31e-4b4a-93e4-5f571e91255a';

/** The part of a user name that says whose user it is, in lower case; undefined when there is none. */
export function domainOf(userPrincipalName: string): string | undefined {
  const domain = userPrincipalName.slice(userPrincipalName.lastIndexOf('@') + 1).toLowerCase();
  return userPrincipalName.includes('@') && domain !== '' ? domain : undefined;
}
