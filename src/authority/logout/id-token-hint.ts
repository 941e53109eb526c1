import { ownText } from '../../base/json.ts';
import { keySetOf, parseCompactJws, verifySignature } from '../../jwt/index.ts';
import type { Call } from '../call.ts';
import type { AuthorityContext } from '../context.ts';

/** Whose ID token it was, and which application's. */
export interface IdTokenHint {
  readonly appId: string;
  readonly userId: string;
}

/** An ID token this authority signed, however old; undefined for every other text. */
export async function readIdTokenHint(
  context: AuthorityContext,
  { http }: Call,
  token: string | undefined,
): Promise<IdTokenHint | undefined> {
  const jws = token === undefined ? undefined : parseCompactJws(token);
  if (!jws) return undefined;
  const { header, claims } = jws;
  const keys = keySetOf({ keys: context.keys.published() }, ['RS256'])?.keys ?? [];
  const key = keys.find(({ kid }) => kid === header.kid);
  if (!key || !verifySignature(jws, key, ['RS256'])) return undefined;
  const [appId, userId, tenantId, issuer] = ['aud', 'oid', 'tid', 'iss'].map((name) => ownText(claims, name));
  if (!appId || !userId || !tenantId) return undefined;
  const { v1, v2 } = context.issuers(http.origin, tenantId);
  // An access token names its resource as its audience, and carries what the application may do there.
  const isIdToken = claims.scp === undefined && claims.roles === undefined && claims.idtyp === undefined;
  return isIdToken && (issuer === v1 || issuer === v2) ? { appId, userId } : undefined;
}
