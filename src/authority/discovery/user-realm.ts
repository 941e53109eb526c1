import { domainOf } from '../../domain/index.ts';
import { encodeUserRealm } from '../../protocol/discovery.ts';
import type { Endpoint } from '../call.ts';
import { notStored } from '../call.ts';
import { requireRead } from './documents.ts';

/**
 * `/common/UserRealm/{user name}`: asked before a password grant. Nobody here is federated. It answers by the domain
 * alone: whether the user exists is not said.
 */
export const userRealm: Endpoint = async ({ directory }, call) => {
  requireRead(call);
  const domainName = domainOf(lastSegment(call.http.path)) ?? '';
  const tenant = domainName === '' ? undefined : await directory.tenantByDomain(domainName);
  const body = encodeUserRealm({ accountType: tenant ? 'Managed' : 'Unknown', domainName });
  return { status: 200, headers: notStored, body };
};

function lastSegment(path: string): string {
  const segment = path.slice(path.lastIndexOf('/') + 1);
  try {
    return decodeURIComponent(segment);
  } catch {
    return '';
  }
}
