import { type JsonObject, ownText } from '../../../base/json.ts';
import type { AuthorityContext } from '../../context.ts';
import { AuthorityError } from '../../error-table.ts';
import type { Exchange } from '../grant.ts';

/** Exactly one audience, and it is here: an assertion for another tenant or another origin is not for us to take. */
export function requireAudience(context: AuthorityContext, exchange: Exchange, claims: JsonObject): void {
  const audience = ownText(claims, 'aud');
  if (audience === undefined) throw new AuthorityError('assertionAudienceInvalid');
  if (!acceptedAudiences(context, exchange).has(audience)) throw new AuthorityError('assertionAudienceUnexpected');
}

/**
 * The token endpoint as it was asked, alias and letter case included; and the token endpoints and issuers of the tenant,
 * v1 and v2, by its GUID and by its domains.
 */
function acceptedAudiences({ issuers }: AuthorityContext, { call, tenant }: Exchange): ReadonlySet<string> {
  const { origin, path } = call.http;
  const { v1, v2 } = issuers(origin, tenant.id);
  const byName = [tenant.id, ...tenant.verifiedDomains].flatMap((name) =>
    ['/oauth2/token', '/oauth2/v2.0/token', '/', '/v2.0'].map((place) => `${origin}/${name}${place}`),
  );
  return new Set([`${origin}${path}`, v1, v2, ...byName]);
}
