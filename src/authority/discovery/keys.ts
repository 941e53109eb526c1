import { tenantPlaceholder } from '../../protocol/tenants.ts';
import type { Endpoint } from '../call.ts';
import { document, requireRead } from './documents.ts';
import { discoveredTenant } from './openid-configuration.ts';

/**
 * The key set, the same for every tenant: which tenant's tokens a key may sign is said by `issuer`, a template. `kid` and
 * `x5t` hold the same value, as Entra has them.
 */
export const publishedKeys: Endpoint = async (context, call) => {
  requireRead(call);
  await discoveredTenant(context, call.tenant);
  const issuer = context.issuers(call.http.origin, tenantPlaceholder).v2;
  const keys = context.keys.published().map((key) => ({
    kty: key.kty,
    use: 'sig',
    kid: key.kid,
    x5t: key.kid,
    n: key.n,
    e: key.e,
    crv: key.crv,
    x: key.x,
    y: key.y,
    x5c: key.x5c,
    issuer,
  }));
  return document(JSON.stringify({ keys }));
};
