export interface Issuers {
  readonly v1: string;
  readonly v2: string;
}

/** The issuers of a tenant, for clients that asked at this origin. The tenant may be the literal `{tenantid}`. */
export type IssuersOf = (origin: string, tenantId: string) => Issuers;

/** Entra's v1 tokens come from a host of their own, which nobody signs in at. */
const tokenHosts: ReadonlyMap<string, string> = new Map([
  ['https://login.microsoftonline.com', 'https://sts.windows.net'],
  ['https://login.microsoft.com', 'https://sts.windows.net'],
  ['https://login.windows.net', 'https://sts.windows.net'],
  ['https://sts.windows.net', 'https://sts.windows.net'],
  ['https://login.microsoftonline.us', 'https://sts.windows.net'],
  ['https://login.chinacloudapi.cn', 'https://sts.chinacloudapi.cn'],
  ['https://login.microsoftonline.de', 'https://sts.microsoftonline.de'],
]);

/** Whether an origin is one of Entra's own, which only the proxy plays. */
export const isEntraOrigin = (origin: string): boolean => tokenHosts.has(origin);

/**
 * Under Entra's own host names (through the proxy) as Entra names its issuers; at every other origin both are at that
 * origin, port included, because clients compare the issuer with where they asked.
 */
export const entraIssuers: IssuersOf = (origin, tenantId) => ({
  v1: `${tokenHosts.get(origin) ?? origin}/${tenantId}/`,
  v2: `${origin}/${tenantId}/v2.0`,
});
