import { addSeconds, type Clock, fromEpochSeconds } from '../base/clock.ts';
import { type JsonObject, ownText } from '../base/json.ts';
import { type Algorithm, type KeySource, parseCompactJws, verifySignature } from '../jwt/index.ts';
import { BearerError, type BearerFault } from './bearer-error.ts';

export interface IssuedTokenRule {
  readonly clock: Clock;
  /** `iss`, compared exactly. */
  readonly issuer: string;
  /** `aud`, compared exactly. */
  readonly audience: string;
  /** Usually `remoteKeys` of the issuer's `/.well-known/jwks.json`. */
  readonly keys: KeySource;
  /** Default RS256 alone. */
  readonly algorithms?: readonly Algorithm[];
  /** Tolerated difference of clocks in seconds; default 60. */
  readonly skewSeconds?: number;
}

/**
 * Verifies a token the token service issued, in an API of one's own, and returns its claims. Throws `BearerError`:
 * `malformed`, `unknown_issuer`, `unknown_key`, `bad_signature`, `expired`, `not_yet_valid`, `not_an_access_token` (for
 * another audience); `KeysUnavailable` when the keys cannot be had.
 */
export async function verifyIssuedToken(rule: IssuedTokenRule, token: string): Promise<JsonObject> {
  const jws = parseCompactJws(token) ?? refuse('malformed', 'it is no signed token');
  const { header, claims } = jws;
  if (ownText(claims, 'iss') !== rule.issuer) refuse('unknown_issuer', 'its issuer is another');
  if (header.kid !== undefined && typeof header.kid !== 'string') refuse('malformed', 'kid is no text');
  const key = (await rule.keys.find(header.kid)) ?? refuse('unknown_key', 'its issuer publishes no such key');
  if (!verifySignature(jws, key, rule.algorithms ?? ['RS256']))
    refuse('bad_signature', 'its signature does not verify');
  if (ownText(claims, 'aud') !== rule.audience) refuse('not_an_access_token', 'it is for another audience');
  const { clock, skewSeconds = 60 } = rule;
  const { exp, nbf } = claims;
  if (typeof exp !== 'number' || typeof nbf !== 'number') refuse('malformed', 'exp or nbf is missing');
  const now = clock.now();
  if (now >= addSeconds(fromEpochSeconds(exp), skewSeconds)) refuse('expired', 'it has expired');
  if (fromEpochSeconds(nbf) > addSeconds(now, skewSeconds)) refuse('not_yet_valid', 'it is not valid yet');
  return claims;
}

function refuse(fault: BearerFault, reason: string): never {
  throw new BearerError(fault, `The token is refused: ${reason}.`);
}
