import { encodeDiscovery } from '../../protocol/discovery.ts';
import { consumerTenantId, tenantPlaceholder } from '../../protocol/tenants.ts';
import type { Endpoint } from '../call.ts';
import type { AuthorityContext } from '../context.ts';
import { AuthorityError } from '../error-table.ts';
import { policyOf } from '../policy.ts';
import { namedTenant } from '../tenancy.ts';
import { document, requireRead } from './documents.ts';

/** `/.well-known/openid-configuration`, v1 and v2. */
export const openidConfiguration: Endpoint = async (context, call) => {
  requireRead(call);
  const { inPaths, inIssuer, regionScope } = await discoveredTenant(context, call.tenant);
  const { origin } = call.http;
  return document(
    encodeDiscovery({
      version: call.version,
      origin,
      tenant: inPaths,
      issuer: context.issuers(origin, inIssuer)[call.version],
      tenantRegionScope: regionScope,
      namesIssuerInResponses: policyOf(context).responsesNameIssuer,
    }),
  );
};

/**
 * An alias is echoed in the paths, or clients that keep one document for a host would send every tenant to the first; a
 * domain becomes its tenant's GUID. The issuer of the aliases is a template, but personal accounts have one tenant.
 */
export async function discoveredTenant(context: AuthorityContext, text: string) {
  if (text === 'consumers' || text === consumerTenantId) {
    return { inPaths: text, inIssuer: consumerTenantId, regionScope: null };
  }
  const named = await namedTenant(context, text).catch(invalidTenant);
  if ('alias' in named) return { inPaths: named.alias, inIssuer: tenantPlaceholder, regionScope: null };
  return { inPaths: named.tenant.id, inIssuer: named.tenant.id, regionScope: 'WW' };
}

/** Discovery has an error word of its own for a tenant that is not there. */
function invalidTenant(thrown: unknown): never {
  if (!(thrown instanceof AuthorityError)) throw thrown;
  throw thrown.refined({ error: 'invalid_tenant' });
}
