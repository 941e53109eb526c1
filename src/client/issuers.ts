import type { TokenEndpointVersion } from '../protocol/token-request.ts';

/**
 * The issuers an authority may name in its id_tokens; `{tenantid}` stands for the token's own tenant. An authority that
 * is not listed (a sandbox) names itself.
 */
const issuers: Readonly<Record<string, Readonly<Record<TokenEndpointVersion, string>>>> = {
  'https://login.microsoftonline.com': {
    v1: 'https://sts.windows.net/{tenantid}/',
    v2: 'https://login.microsoftonline.com/{tenantid}/v2.0',
  },
  'https://login.chinacloudapi.cn': {
    v1: 'https://sts.chinacloudapi.cn/{tenantid}/',
    v2: 'https://login.partner.microsoftonline.cn/{tenantid}/v2.0',
  },
  'https://login.microsoftonline.de': {
    v1: 'https://sts.microsoftonline.de/{tenantid}/',
    v2: 'https://login.microsoftonline.de/{tenantid}/v2.0',
  },
  'https://login.windows-ppe.net': {
    v1: 'https://sts.windows-ppe.net/{tenantid}/',
    v2: 'https://login.windows-ppe.net/{tenantid}/v2.0',
  },
  'https://login.microsoftonline.us': {
    v1: 'https://sts.windows.net/{tenantid}/',
    v2: 'https://login.microsoftonline.us/{tenantid}/v2.0',
  },
};

export function issuerOf(authority: string, version: TokenEndpointVersion, tenantId: string): string {
  const template = issuers[authority]?.[version] ?? `${authority}/{tenantid}${version === 'v1' ? '/' : '/v2.0'}`;
  return template.replace('{tenantid}', tenantId);
}
