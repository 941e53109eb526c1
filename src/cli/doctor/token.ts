import { Secret } from '../../base/secret.ts';
import { acquire } from '../../client/acquire.ts';
import type { AuthResult } from '../../client/auth-result.ts';
import { withCustody } from '../../client/custody.ts';
import { entriesIn } from '../../client/entries.ts';
import { flows } from '../../client/flows.ts';
import { passwordMfaWarning } from '../../client/grants/password.ts';
import type { TokenPlan } from '../../client/plan.ts';
import { readTokenClaims, type TokenClaims } from '../../client/token-claims.ts';
import { openAuthority, withinTimeout } from './calls.ts';
import { needed, Skipped } from './check.ts';
import type { Credentials } from './credentials.ts';
import type { Examination } from './examination.ts';

/** The token that the other checks look at. Nobody was asked for it. */
export interface ExaminedToken {
  readonly accessToken: Secret;
  /** Undefined: it is opaque to us. */
  readonly claims: TokenClaims | undefined;
  readonly expiresOn: Date | undefined;
  /** How it was obtained; undefined for one that was given. */
  readonly plan: TokenPlan | undefined;
  readonly from: 'given' | 'store' | 'authority';
  /** Why a user’s sign-in left none behind. */
  readonly noRefreshToken: string | undefined;
  readonly warnings: readonly string[];
}

type SigningIn = Extract<Credentials, { kind: 'order' }>;

export async function examinedToken(examination: Examination): Promise<ExaminedToken> {
  const credentials = await needed(examination.credentials(), 'credentials');
  if (credentials.kind === 'given') return givenToken(credentials.accessToken);
  if (usesCertificate(credentials, examination)) await needed(examination.certificate(), 'the certificate');
  const warnings: string[] = [];
  const result = await obtained(examination, credentials, (text) => {
    // The mfa check says it of this very token.
    if (text !== passwordMfaWarning) warnings.push(text);
  });
  const { accessToken, refreshToken, expiresOn, fromCache, noRefreshToken } = result;
  for (const text of [accessToken, refreshToken ?? '']) examination.context.secrets.push(new Secret(text));
  return {
    accessToken: new Secret(accessToken),
    claims: readTokenClaims(accessToken),
    expiresOn,
    plan: credentials.order.plan,
    from: fromCache ? 'store' : 'authority',
    noRefreshToken: flows[credentials.order.plan.flow].actsFor === 'user' ? (noRefreshToken ?? undefined) : undefined,
    warnings,
  };
}

const usesCertificate = ({ order }: SigningIn, { request }: Examination): boolean =>
  order.authentication?.kind === 'assertion' && request.certificate?.kind !== 'federated';

function givenToken(accessToken: Secret): ExaminedToken {
  const claims = readTokenClaims(accessToken.reveal());
  const expiresOn = claims?.expiresOn;
  return { accessToken, claims, expiresOn, plan: undefined, from: 'given', noRefreshToken: undefined, warnings: [] };
}

/** From the store while it is good, else from the authority; where that cannot be asked, from the store or not at all. */
async function obtained(
  examination: Examination,
  { order }: SigningIn,
  warn: (warning: string) => void,
): Promise<AuthResult> {
  const { client, context } = examination;
  const { isKept } = flows[order.plan.flow];
  const kept = isKept ? await needed(examination.kept(), 'the token store') : undefined;
  try {
    await openAuthority(examination);
  } catch (error) {
    const stored = kept?.store && (await entriesIn(kept.store).token(order.plan, client.clock.now()));
    if (stored && error instanceof Skipped) return stored;
    throw error;
  }
  const run = kept?.store ? withCustody(kept.store, acquire, context.values.forceRefresh === true) : acquire;
  return withinTimeout(client, (bounded) => run({ ...bounded, warn }, order));
}
