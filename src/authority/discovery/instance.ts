import { encodeInstanceDiscovery } from '../../protocol/discovery.ts';
import { cloudAt, signIn } from '../../protocol/environments.ts';
import type { Endpoint } from '../call.ts';
import { AuthorityError } from '../error-table.ts';
import { document, requireRead } from './documents.ts';

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
  const cloud = cloudAt(address.origin);
  if (cloud) return signIn[cloud].hosts;
  return address.host === own.host || address.host === own.hostname ? [address.host, address.host] : undefined;
}
