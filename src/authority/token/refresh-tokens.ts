import { addSeconds } from '../../base/clock.ts';
import { timeOrderedGuid } from '../../base/guid.ts';
import {
  type AddedEntry,
  type AskedFor,
  entryKey,
  familyAfterUse,
  type RefreshFamily,
  type RefreshToken,
  refreshKeptSeconds,
  type SignIn,
  successorOf,
  type UserSubject,
  unguessable,
} from '../../domain/index.ts';
import type { AuthorityContext } from '../context.ts';
import { AuthorityError } from '../error-table.ts';
import { policyOf } from '../policy.ts';
import type { AuthenticatedExchange, BegunFamily, Proof } from './grant.ts';

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
  const token = unguessable(context);
  const begun = beginFamily(context, exchange, { ...proof, subject, token });
  // With the code as one step: a second use that follows at once finds what it is to revoke, and a refused one leaves nothing.
  if (proof.redeem) await proof.redeem(begun);
  else await Promise.all(begun.added.map((entry) => addEntry(context, entry)));
  return token;
}

const isWanted = ({ call, asked }: AuthenticatedExchange): boolean =>
  call.version === 'v1' || asked.openIdScopes.includes('offline_access');

function beginFamily(
  { random }: AuthorityContext,
  exchange: AuthenticatedExchange,
  { subject, platform, token }: Proof & { readonly subject: UserSubject; readonly token: string },
): BegunFamily {
  const { now } = exchange.call;
  const familyId = timeOrderedGuid(now, random);
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
  const first = { familyId, generation: 1, issuedAt: now };
  return {
    familyId,
    added: [
      { kind: 'refreshFamily', key: familyId, value: family, expiresAt, owner: subject.user.id },
      entryOf(token, first),
    ],
  };
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

const addEntry = ({ entries }: AuthorityContext, entry: AddedEntry): Promise<boolean> =>
  entries.add(entry.kind, entry.key, entry);

const entryOf = (token: string, value: RefreshToken): AddedEntry => ({
  kind: 'refreshToken',
  key: entryKey(token),
  value,
  expiresAt: addSeconds(value.issuedAt, refreshKeptSeconds),
});

/** The next token of the presented one's family. Throws 50173 when it was revoked meanwhile, or is by this very use. */
export async function succeed(context: AuthorityContext, presented: string, used: RefreshToken): Promise<string> {
  const now = context.clock.now();
  const rule = {
    graceSeconds: policyOf(context).refreshGraceSeconds,
    now,
    salt: unguessable(context),
  };
  const tokenOf = ({ successorSalt = '' }: RefreshFamily) => successorOf(presented, successorSalt);
  const successorIn = (family: RefreshFamily) =>
    entryOf(tokenOf(family), { familyId: used.familyId, generation: family.generation, issuedAt: now });
  const isByThisUse = ({ successorSalt }: RefreshFamily) => successorSalt === rule.salt;
  const use = (kept: RefreshFamily) => familyAfterUse(kept, used, rule);
  const family = await context.entries.change('refreshFamily', used.familyId, use, {
    expiresAt: addSeconds(now, refreshKeptSeconds),
    added: (next) => (isByThisUse(next) ? [successorIn(next)] : []),
  });
  if (!family) throw new AuthorityError('grantInvalid');
  requireUnrevoked(family, used);
  // Another use made the family's step: a repeat of this one, whose successor is there, or that of another token.
  if (!isByThisUse(family)) await addEntry(context, successorIn(family));
  return tokenOf(family);
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
