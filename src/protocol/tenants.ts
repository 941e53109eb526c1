/** Entra's tenant aliases in endpoint paths, and the tenant every personal account lives in. */
const tenantAliases = ['common', 'organizations', 'consumers'] as const;
export type TenantAlias = (typeof tenantAliases)[number];

export const consumerTenantId = '9188040d-6c67-4c5b-b112-36a304b66dad';

export const isTenantAlias = (text: string): text is TenantAlias => (tenantAliases as readonly string[]).includes(text);

/** What stands for the tenant id in the issuer of the aliases' discovery documents. */
export const tenantPlaceholder = '{tenantid}';
