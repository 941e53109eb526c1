import { isGuid } from '../../../base/guid.ts';
import { type Metadata, metadataOf } from '../../../client/discovery.ts';
import { isTenantAlias } from '../../../protocol/tenants.ts';
import { type Check, type Finding, ok } from '../check.ts';

/** Whether the authority knows the tenant, and names itself as it must. */
export const tenant: Check = {
  name: 'tenant',
  run: async ({ metadata }) => {
    const { asked, ...answered } = await metadata();
    return tenantFinding(asked.plan.tenant, metadataOf(asked, answered));
  },
};

function tenantFinding(tenant: string, { issuer, tenantRegionScope }: Metadata): Finding {
  if (isTenantAlias(tenant)) return ok(`The authority answers for ${tenant}: whoever signs in decides the tenant.`);
  const id = issuer.split('/').find(isGuid);
  const more = id === undefined || id === tenant ? '' : `: ${id}`;
  return ok(
    `The authority knows ${tenant}${more}${tenantRegionScope === undefined ? '' : `, region ${tenantRegionScope}`}.`,
  );
}
