import { encodeInstanceDiscovery } from '../../protocol/discovery.ts';
import type { Endpoint } from '../call.ts';
import { AuthorityError } from '../error-table.ts';
import { document, requireRead } from './documents.ts';

/** The hosts of each cloud: the first is the one to use, the second the one caches are keyed by. */
const clouds: readonly (readonly [network: string, cache: string, ...others: string[]])[] = [
  ['login.microsoftonline.com', 'login.windows.net', 'login.microsoft.com', 'sts.windows.net'],
  ['login.partner.microsoftonline.cn', 'login.partner.microsoftonline.cn', 'login.chinacloudapi.cn'],
  ['login.microsoftonline.de', 'login.microsoftonline.de'],
  ['login.microsoftonline.us', 'login.microsoftonline.us', 'login.usgovcloudapi.net'],
  ['login.windows-ppe.net', 'login.windows-ppe.net', 'sts.windows-ppe.net', 'login.microsoft-ppe.com'],
];

/** `/common/discovery/instance`: whether the host of `authorization_endpoint` belongs to a cloud, and to which. */
export const instanceDiscovery: Endpoint = async (_, call) => {
  requireRead(call);
  const asked = new URLSearchParams(call.http.query).get('authorization_endpoint');
  if (!asked) throw new AuthorityError('missingParameter', { parameter: 'authorization_endpoint' });
  const address = URL.canParse(asked) ? new URL(asked) : undefined;
  const hosts = address && hostsOf(address, new URL(call.http.origin));
  if (!address || !hosts) throw new AuthorityError('unknownInstance');
  const tenant = address.pathname.split('/')[1] || 'common';
  const version = address.pathname.includes('/oauth2/v2.0/') ? '/v2.0' : '';
  const [preferredNetwork, preferredCache] = hosts;
  return document(
    encodeInstanceDiscovery({
      tenantDiscoveryEndpoint: `https://${address.host}/${tenant}${version}/.well-known/openid-configuration`,
      preferredNetwork,
      preferredCache,
      aliases: [...new Set(hosts)],
    }),
  );
};

/** Python MSAL leaves the port out of the address it asks about, so this server is known by its name alone too. */
function hostsOf(address: URL, own: URL): readonly [string, string, ...string[]] | undefined {
  if (address.protocol !== 'https:') return undefined;
  const cloud = clouds.find((hosts) => hosts.includes(address.host));
  if (cloud) return cloud;
  return address.host === own.host || address.host === own.hostname ? [address.host, address.host] : undefined;
}
