import { canonicalGuid, isGuid } from '../base/guid.ts';
import type { Tenant } from '../domain/index.ts';
import { isTenantAlias, type TenantAlias } from '../protocol/tenants.ts';
import type { AuthorityContext } from './context.ts';
import { AuthorityError } from './error-table.ts';

/** What the first part of a path names: an alias, whose meaning each endpoint has its own rule for, or one tenant. */
export type NamedTenant = { readonly alias: TenantAlias } | { readonly tenant: Tenant };

const domainName = /^(?=.{1,253}$)[a-z0-9_]([a-z0-9_-]{0,62}\.)+[a-z0-9-]{2,63}$/i;

/** Finds a tenant by GUID or by a verified domain, or recognises an alias. Throws 900023 and 90002. */
export async function namedTenant({ directory }: AuthorityContext, text: string): Promise<NamedTenant> {
  if (isTenantAlias(text)) return { alias: text };
  const id = canonicalGuid(text);
  if (!isGuid(id) && !domainName.test(text)) throw new AuthorityError('malformedTenant', { tenant: text });
  const tenant = isGuid(id) ? await directory.tenantById(id) : await directory.tenantByDomain(text);
  if (!tenant) throw new AuthorityError('unknownTenant', { tenant: text });
  return { tenant };
}
