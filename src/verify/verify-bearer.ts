import { type Awaitable, isPromise } from '../base/awaitable.ts';
import { addSeconds, type Clock, fromEpochSeconds } from '../base/clock.ts';
import { isGuid } from '../base/guid.ts';
import { type JsonObject, ownText } from '../base/json.ts';
import {
  type CompactJws,
  KeysUnavailable,
  parseCompactJws,
  type VerificationKey,
  verifySignature,
} from '../jwt/index.ts';
import { BearerError, type BearerFault } from './bearer-error.ts';
import { issuerFor, type TrustedIssuer } from './issuer.ts';

/** What a verified access token of Entra says; nothing that was not checked. */
export interface VerifiedBearer {
  readonly issuer: string;
  readonly tenantId: string;
  readonly applicationId: string;
  readonly subject: string;
  readonly objectId: string | undefined;
  /** As it stands in `aud`. Whether it is accepted is the caller's question. */
  readonly audience: string;
  /** `user`: app+user (delegated). `application`: app-only. */
  readonly kind: 'application' | 'user';
  readonly scope: string | undefined;
  readonly roles: readonly string[] | undefined;
  /** `amr`; undefined when the token does not say. */
  readonly authenticationMethods: readonly string[] | undefined;
  readonly expiresAt: Date;
  /** `uti`, Entra's name of a token, or `jti`; undefined when it has neither. */
  readonly tokenId: string | undefined;
}

export interface VerifyContext {
  readonly clock: Clock;
  readonly issuers: readonly TrustedIssuer[];
  /** Tolerated difference of clocks in seconds, for `exp`, `nbf` and `iat` alike; default 300, which is also the most. */
  readonly skewSeconds?: number;
}

const maximumSkewSeconds = 300;

/**
 * Verifies an access token against the pinned issuers: at once, or after fetching the issuer's keys. Throws or rejects
 * with `BearerError` (see `BearerFault`); `KeysUnavailable` when
 * an issuer's keys cannot be had. The audience is returned, not judged.
 */
export function verifyBearer(context: VerifyContext, token: string): Awaitable<VerifiedBearer> {
  const jws = parseCompactJws(token) ?? refuse('malformed', 'it is not a signed token in its one canonical spelling');
  const claimed = pinnedIssuers(context, jws.claims);
  const published = publishedKey(claimed.issuers, jws.header.kid);
  return isPromise(published)
    ? published.then((found) => verified(context, jws, claimed.tenantId, found))
    : verified(context, jws, claimed.tenantId, published);
}

interface ClaimedIssuers {
  /** At least one; several where clouds share a name: Azure Government's v1 tokens name the global cloud's issuer. */
  readonly issuers: readonly TrustedIssuer[];
  readonly tenantId: string;
}

/** A key, and whose it is: from here on this one issuer's record counts. */
interface Published {
  readonly issuer: TrustedIssuer;
  readonly key: VerificationKey;
}

function verified(
  context: VerifyContext,
  jws: CompactJws,
  tenantId: string,
  published: Published | undefined,
): VerifiedBearer {
  const { issuer, key } = published ?? refuse('unknown_key', 'its issuer publishes no such key');
  checkTie(issuer, tenantId, key);
  checkSignature(jws, key, issuer);
  const expiresAt = checkLifetime(context, jws.claims);
  checkKind(issuer, jws);
  return bearerOf(issuer, tenantId, jws.claims, expiresAt);
}

function pinnedIssuers({ issuers }: VerifyContext, claims: JsonObject): ClaimedIssuers {
  const iss = ownText(claims, 'iss');
  const tenantId = ownText(claims, 'tid');
  if (iss === undefined || tenantId === undefined || !isGuid(tenantId)) refuse('malformed', 'iss or tid is missing');
  const named = issuers.filter((candidate) => issuerFor(candidate.issuer, tenantId) === iss);
  return named.length > 0
    ? { issuers: named, tenantId }
    : refuse('unknown_issuer', 'its issuer is not trusted for its tenant');
}

function publishedKey(issuers: readonly TrustedIssuer[], kid: unknown): Awaitable<Published | undefined> {
  if (kid !== undefined && typeof kid !== 'string') refuse('malformed', 'kid is no text');
  const [issuer] = issuers;
  if (!issuer || issuers.length > 1) return firstPublished(issuers, kid);
  const key = issuer.keys.find(kid);
  return isPromise(key) ? key.then((found) => found && { issuer, key: found }) : key && { issuer, key };
}

/** What cannot be known of one is no answer while another has the key. */
async function firstPublished(
  issuers: readonly TrustedIssuer[],
  kid: string | undefined,
): Promise<Published | undefined> {
  let unknown: KeysUnavailable | undefined;
  for (const issuer of issuers) {
    try {
      const key = await issuer.keys.find(kid);
      if (key) return { issuer, key };
    } catch (cause) {
      if (!(cause instanceof KeysUnavailable)) throw cause;
      unknown = cause;
    }
  }
  if (unknown) throw unknown;
  return undefined;
}

/** A key that the key set ties to another issuer proves nothing. */
function checkTie(issuer: TrustedIssuer, tenantId: string, key: VerificationKey): void {
  if (key.issuer === undefined) return;
  const tie = issuerFor(issuer.keyIssuer ?? issuer.issuer, tenantId);
  if (issuerFor(key.issuer, tenantId) !== tie) refuse('unknown_key', 'its key belongs to another issuer');
}

function checkSignature(jws: CompactJws, key: VerificationKey, issuer: TrustedIssuer): void {
  if (!verifySignature(jws, key, issuer.algorithms)) refuse('bad_signature', 'its signature does not verify');
}

/** `exp` and `iat` are required, `nbf` counts when present; the boundaries are exact. */
function checkLifetime({ clock, skewSeconds = maximumSkewSeconds }: VerifyContext, claims: JsonObject): Date {
  const skew = Math.min(skewSeconds, maximumSkewSeconds);
  const now = clock.now();
  const expiresAt = instantOf(claims, 'exp') ?? refuse('malformed', 'exp is missing or no number');
  const issuedAt = instantOf(claims, 'iat') ?? refuse('malformed', 'iat is missing or no number');
  const notBefore = claims.nbf === undefined ? issuedAt : instantOf(claims, 'nbf');
  if (now >= addSeconds(expiresAt, skew)) refuse('expired', 'it has expired');
  const latest = addSeconds(now, skew);
  if (issuedAt > latest || !notBefore || notBefore > latest) refuse('not_yet_valid', 'it is not valid yet');
  return expiresAt;
}

/** The year 9999 in seconds: a `Date` stays a date, and a claim of 1e400 stays nonsense. */
const maximumEpochSeconds = 253_402_300_799;

function instantOf(claims: JsonObject, name: string): Date | undefined {
  const value = claims[name];
  const valid = typeof value === 'number' && value >= 0 && value <= maximumEpochSeconds;
  return valid ? fromEpochSeconds(value) : undefined;
}

const accessTokenTypes: readonly unknown[] = [undefined, 'jwt', 'at+jwt', 'application/at+jwt'];
/** Claims only other kinds of token carry: ID tokens and logout tokens. */
const foreignClaims = ['nonce', 'at_hash', 'c_hash', 'events'];

function checkKind(issuer: TrustedIssuer, { header, claims }: CompactJws): void {
  const type = typeof header.typ === 'string' ? header.typ.toLowerCase() : header.typ;
  const fits =
    accessTokenTypes.includes(type) &&
    claims.ver === issuer.tokenVersion &&
    !foreignClaims.some((name) => Object.hasOwn(claims, name));
  if (!fits) refuse('not_an_access_token', 'it is no access token of this issuer');
}

/** `idtyp` is optional in Entra's tokens. */
const kindsOfToken: readonly unknown[] = [undefined, 'app', 'user'];

function bearerOf(issuer: TrustedIssuer, tenantId: string, claims: JsonObject, expiresAt: Date): VerifiedBearer {
  const applicationId = ownText(claims, issuer.tokenVersion === '1.0' ? 'appid' : 'azp');
  const audience = ownText(claims, 'aud');
  const scope = ownText(claims, 'scp');
  // What says "app+user" must be readable: a token taken for app-only by mistake escapes the second factor.
  if (claims.scp !== undefined && scope === undefined) refuse('malformed', 'scp is no text');
  if (!kindsOfToken.includes(claims.idtyp)) refuse('not_an_access_token', 'its idtyp is neither app nor user');
  const kind = scope !== undefined || claims.idtyp === 'user' ? 'user' : 'application';
  // An application without a service principal in the tenant gets neither sub nor oid: it is then its own subject.
  const subject = ownText(claims, 'sub') ?? (kind === 'application' ? applicationId : undefined);
  if (!applicationId || !subject || !audience) {
    refuse('not_an_access_token', 'it names no application, subject or audience');
  }
  if (scope !== undefined && claims.idtyp === 'app') refuse('malformed', 'it is app-only and delegated at once');
  return {
    issuer: issuerFor(issuer.issuer, tenantId),
    tenantId,
    applicationId,
    subject,
    objectId: ownText(claims, 'oid'),
    audience,
    kind,
    scope,
    roles: textsOf(claims, 'roles'),
    authenticationMethods: textsOf(claims, 'amr'),
    expiresAt,
    tokenId: ownText(claims, 'uti') ?? ownText(claims, 'jti'),
  };
}

function textsOf(claims: JsonObject, name: string): readonly string[] | undefined {
  const value = Object.hasOwn(claims, name) ? claims[name] : undefined;
  if (value === undefined) return undefined;
  const texts = Array.isArray(value) && value.every((item) => typeof item === 'string');
  return texts ? (value as readonly string[]) : refuse('malformed', `${name} is no list of texts`);
}

function refuse(fault: BearerFault, reason: string): never {
  throw new BearerError(fault, `The bearer token is refused: ${reason}.`);
}
