import { fromEpochSeconds } from '../base/clock.ts';
import { isJsonObject, type JsonObject, ownText } from '../base/json.ts';
import { type CompactJws, parseCompactJws } from '../jwt/compact.ts';

/**
 * What an Entra token says about itself, read and not verified: for showing, for the MFA warning, for a given token's
 * tenant and expiry. Nothing is granted on it; the service verifies.
 */
export interface TokenClaims {
  readonly audience: string | undefined;
  readonly expiresOn: Date | undefined;
  readonly tenantId: string | undefined;
  readonly objectId: string | undefined;
  readonly username: string | undefined;
  readonly applicationId: string | undefined;
  readonly scopes: readonly string[];
  /** `amr` holds `mfa`; null when the token has no `amr`. */
  readonly mfa: boolean | null;
  /** The JOSE header. */
  readonly header: JsonObject;
  readonly all: JsonObject;
}

/** What may stand in a header and on a terminal: visible ASCII without blanks (RFC 6750 section 2.1). */
export const isTokenText = (value: unknown): value is string =>
  typeof value === 'string' && /^[\x21-\x7e]+$/.test(value);

/** Undefined for what is no JWT with an object of claims: such a token is opaque to us. */
export function readTokenClaims(token: string): TokenClaims | undefined {
  const jws = parseCompactJws(token) ?? unsignedJws(token);
  if (!jws) return undefined;
  const { header, claims } = jws;
  const { exp, amr } = claims;
  return {
    audience: ownText(claims, 'aud'),
    expiresOn: typeof exp === 'number' && Number.isFinite(exp) && exp < 1e11 ? fromEpochSeconds(exp) : undefined,
    tenantId: ownText(claims, 'tid'),
    objectId: ownText(claims, 'oid'),
    username: ownText(claims, 'upn') ?? ownText(claims, 'preferred_username') ?? ownText(claims, 'unique_name'),
    applicationId: ownText(claims, 'appid') ?? ownText(claims, 'azp'),
    scopes: ownText(claims, 'scp')?.split(' ') ?? [],
    mfa: Array.isArray(amr) ? amr.includes('mfa') : null,
    header,
    all: claims,
  };
}

/** v1 id_tokens may come unsigned: `alg` none and an empty third segment. */
function unsignedJws(token: string): CompactJws | undefined {
  if (!token.endsWith('.')) return undefined;
  // The parser takes no empty signature; one zero byte stands in for it.
  const jws = parseCompactJws(`${token}AA`);
  return jws?.header.alg === 'none' ? jws : undefined;
}

/** `client_info`: the account's home, base64url of `{"uid","utid"}`. */
export function homeAccountId(clientInfo: string | undefined, claims: TokenClaims | undefined): string | undefined {
  const info = clientInfo === undefined ? undefined : jsonOf(clientInfo);
  const uid = info && ownText(info, 'uid');
  const utid = info && ownText(info, 'utid');
  if (uid && utid) return `${uid}.${utid}`;
  return claims?.objectId && claims.tenantId ? `${claims.objectId}.${claims.tenantId}` : undefined;
}

function jsonOf(encoded: string): JsonObject | undefined {
  try {
    const value: unknown = JSON.parse(Buffer.from(encoded, 'base64url').toString('utf8'));
    return isJsonObject(value) ? value : undefined;
  } catch {
    return undefined;
  }
}
