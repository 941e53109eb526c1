import { base64url } from '../../base/bytes.ts';
import { addSeconds } from '../../base/clock.ts';
import {
  type AskedFor,
  entryKey,
  familyAfterUse,
  type RefreshFamily,
  type RefreshToken,
  refreshKeptSeconds,
  type SignIn,
  successorOf,
  type UserSubject,
} from '../../domain/index.ts';
import type { AuthorityContext } from '../context.ts';
import { AuthorityError } from '../error-table.ts';
import { policyOf } from '../policy.ts';
import type { AuthenticatedExchange, Proof } from './grant.ts';

/** 256 bits. The store keeps digests of tokens and nothing they could be made from. */
const tokenBytes = 32;

/**
 * Uses up what the grant was proven with and hands on a refresh token: on v1 to every user, on v2 to those who asked with
 * `offline_access`.
 */
export async function redeem(
  context: AuthorityContext,
  exchange: AuthenticatedExchange,
  proof: Proof,
): Promise<string | undefined> {
  const { subject } = proof;
  if (proof.succeed) return proof.succeed();
  if (subject.kind === 'application' || !isWanted(exchange)) {
    await proof.redeem?.(undefined);
    return undefined;
  }
  const familyId = context.random.guid();
  const token = base64url(context.random.bytes(tokenBytes));
  // Before the code is marked as used: a second use that follows at once must find what it is to revoke.
  await Promise.all([
    addFamily(context, exchange, { ...proof, subject, familyId }),
    addToken(context, token, { familyId, generation: 1, issuedAt: exchange.call.now }),
  ]);
  try {
    await proof.redeem?.(familyId);
  } catch (refusal) {
    const { entries } = context;
    await Promise.all([entries.take('refreshFamily', familyId), entries.take('refreshToken', entryKey(token))]);
    throw refusal;
  }
  return token;
}

const isWanted = ({ call, asked }: AuthenticatedExchange): boolean =>
  call.version === 'v1' || asked.openIdScopes.includes('offline_access');

function addFamily(
  { entries }: AuthorityContext,
  exchange: AuthenticatedExchange,
  { subject, platform, familyId }: Proof & { readonly subject: UserSubject; readonly familyId: string },
): Promise<boolean> {
  const { now } = exchange.call;
  const family: RefreshFamily = {
    signIn: signInOf(subject),
    appId: exchange.client.application.appId,
    tenantId: exchange.tenant.id,
    asked: askedWords(exchange),
    ...(platform === undefined ? {} : { platform }),
    beganAt: now,
    generation: 1,
    rotatedAt: now,
  };
  const expiresAt = addSeconds(now, refreshKeptSeconds);
  return entries.add('refreshFamily', familyId, { value: family, expiresAt, owner: subject.user.id });
}

const signInOf = ({ user, methods, authenticatedAt, sessionId }: UserSubject): SignIn => ({
  userId: user.id,
  userTenantId: user.tenantId,
  methods,
  authenticatedAt,
  ...(sessionId === undefined ? {} : { sessionId }),
});

function askedWords({ call, asked }: AuthenticatedExchange): AskedFor {
  const { audience, openIdScopes, scopesAsWritten } = asked;
  return call.version === 'v1'
    ? { resource: audience, scope: openIdScopes.join(' ') }
    : { scope: [...scopesAsWritten, ...openIdScopes].join(' ') };
}

const addToken = ({ entries }: AuthorityContext, token: string, value: RefreshToken): Promise<boolean> =>
  entries.add('refreshToken', entryKey(token), {
    value,
    expiresAt: addSeconds(value.issuedAt, refreshKeptSeconds),
    owner: value.familyId,
  });

/** The next token of the presented one's family. Throws 50173 when it was revoked meanwhile, or is by this very use. */
export async function succeed(context: AuthorityContext, presented: string, used: RefreshToken): Promise<string> {
  const now = context.clock.now();
  const rule = {
    graceSeconds: policyOf(context).refreshGraceSeconds,
    now,
    salt: base64url(context.random.bytes(tokenBytes)),
  };
  const family = await context.entries.change(
    'refreshFamily',
    used.familyId,
    (kept) => familyAfterUse(kept, used, rule),
    addSeconds(now, refreshKeptSeconds),
  );
  if (!family) throw new AuthorityError('grantInvalid');
  requireUnrevoked(family, used);
  // A repeat of a use gives the same token: it is there already.
  const token = successorOf(presented, family.successorSalt ?? '');
  await addToken(context, token, { familyId: used.familyId, generation: family.generation, issuedAt: now });
  return token;
}

export function requireUnrevoked({ revokedAt }: RefreshFamily, { issuedAt }: RefreshToken): void {
  if (!revokedAt) return;
  throw new AuthorityError('grantRevoked', { issuedAt: issuedAt.toISOString(), validFrom: revokedAt.toISOString() });
}

/** From now on no token of the family is taken. */
export async function revokeFamily({ entries, clock }: AuthorityContext, familyId: string): Promise<void> {
  const revokedAt = clock.now();
  await entries.change('refreshFamily', familyId, (family) => (family.revokedAt ? family : { ...family, revokedAt }));
}
