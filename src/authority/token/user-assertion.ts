import { fromEpochSeconds } from '../../base/clock.ts';
import { type JsonObject, ownText } from '../../base/json.ts';
import type { SignIn } from '../../domain/index.ts';
import { keySetOf, localKeys, parseCompactJws } from '../../jwt/index.ts';
import { tenantPlaceholder } from '../../protocol/tenants.ts';
import {
  BearerError,
  type BearerFault,
  type TrustedIssuer,
  type VerifiedBearer,
  verifyBearer,
} from '../../verify/index.ts';
import type { Call } from '../call.ts';
import type { AuthorityContext } from '../context.ts';
import { AuthorityError } from '../error-table.ts';
import { headStartSeconds, recordedSignIn } from './claims.ts';

/** An access token of this authority, handed over by the API it was issued for (RFC 7523 section 2.1). */
export interface UserAssertion {
  readonly bearer: VerifiedBearer;
  readonly signIn: SignIn;
}

/** Throws 50013, 500133, 240002, and 7000114 for a token without a user. For which API it is, is the grant's question. */
export async function readUserAssertion(
  context: AuthorityContext,
  call: Call,
  { token, clientId }: { token: string; clientId: string },
): Promise<UserAssertion> {
  const bearer = await verified(context, call, token);
  if (bearer.kind === 'application' || bearer.objectId === undefined) {
    throw new AuthorityError('onBehalfOfNotAllowed', { application: clientId });
  }
  return { bearer, signIn: signInBehind(bearer, parseCompactJws(token)?.claims ?? {}, bearer.objectId) };
}

async function verified({ clock, ...context }: AuthorityContext, call: Call, token: string): Promise<VerifiedBearer> {
  try {
    return await verifyBearer({ clock, issuers: ownIssuers(context, call.http.origin) }, token);
  } catch (cause) {
    if (!(cause instanceof BearerError)) throw cause;
    throw refusalOf(cause.code);
  }
}

/** Both of this authority's own, at the origin it was asked at; the keys are at hand. */
function ownIssuers({ issuers, keys }: Pick<AuthorityContext, 'issuers' | 'keys'>, origin: string): TrustedIssuer[] {
  const { v1, v2 } = issuers(origin, tenantPlaceholder);
  const { algorithm } = keys.current();
  const keySet = keySetOf({ keys: keys.published() }, [algorithm]) ?? { keys: [], refused: [] };
  const common = { algorithms: [algorithm], keys: localKeys(keySet) };
  return [
    { issuer: v1, tokenVersion: '1.0', ...common },
    { issuer: v2, tokenVersion: '2.0', ...common },
  ];
}

function refusalOf(fault: BearerFault): AuthorityError {
  if (fault === 'expired' || fault === 'not_yet_valid') return new AuthorityError('assertionExpired');
  if (fault === 'not_an_access_token') return new AuthorityError('assertionNotAccepted');
  return new AuthorityError('assertionInvalid', { reason: reasons[fault] });
}

const reasons: Readonly<Record<Exclude<BearerFault, 'expired' | 'not_yet_valid' | 'not_an_access_token'>, string>> = {
  malformed: 'The token is malformed.',
  unknown_issuer: 'The token was not issued by this service.',
  unknown_key: 'The key was not found.',
  bad_signature: 'The signature does not verify.',
};

/** Who signed in, and how: a user who is not at home in the tenant is found by the issuer of their own. */
function signInBehind({ tenantId, authenticationMethods }: VerifiedBearer, claims: JsonObject, userId: string): SignIn {
  const recorded = recordedSignIn(ownText(claims, 'aio') ?? '');
  const issuedAt = fromEpochSeconds(Number(claims.iat) + headStartSeconds);
  return {
    userId,
    userTenantId: tenantOfIssuer.exec(ownText(claims, 'idp') ?? '')?.[1] ?? tenantId,
    methods: authenticationMethods ?? recorded?.methods ?? [],
    authenticatedAt: recorded ? new Date(recorded.authenticatedMilliseconds) : issuedAt,
  };
}

const tenantOfIssuer = /\/([0-9a-f-]{36})\/$/;
