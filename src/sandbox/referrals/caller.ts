import { isOnTeam, type Referral, referralRights, type User } from '../../domain/index.ts';
import type { HttpRequest } from '../../http/message.ts';
import { resourceApplicationIds } from '../../protocol/resources.ts';
import { type BearerRefusal, bearerFor } from '../bearer.ts';
import type { PartnerApiContext } from './context.ts';
import { ReferralError } from './error.ts';

/** Who asks, and whether for all of their organization's referrals or for those of their teams. */
export interface Caller {
  readonly user: User;
  readonly rights: 'all' | 'own';
}

/** authenticate → find the user → what the role allows. Throws 401 and 403. */
export async function callerOf(context: PartnerApiContext, request: HttpRequest): Promise<Caller> {
  const bearer = await bearerFor(context, request, resourceApplicationIds.partner);
  if (typeof bearer === 'string') throw new ReferralError(401, refusals[bearer], [['WWW-Authenticate', 'Bearer']]);
  const { tenantId, userId } = bearer;
  const user = userId === undefined ? undefined : await context.directory.userById(tenantId, userId);
  if (!user?.accountEnabled) {
    throw new ReferralError(403, 'The Referrals API needs a user with a referrals role: app-only tokens have none.');
  }
  const rights = referralRights(user);
  if (rights) return { user, rights };
  throw new ReferralError(403, 'The user has neither the role Referrals Admin nor Referrals User.');
}

const refusals: Readonly<Record<BearerRefusal, string>> = {
  missing: 'Access denied due to missing bearer token.',
  untrusted: 'Unauthorized. Access token is invalid or expired.',
  // Tokens for Partner Center, another resource on another host, do not open it.
  otherAudience: 'Unauthorized. Access token has an invalid audience.',
};

/** Throws 403: reading is all that a Referrals User may do. */
export function requireWriting({ rights }: Caller): void {
  if (rights === 'all') return;
  throw new ReferralError(403, 'The role Referrals User may only read. Creating and updating needs Referrals Admin.');
}

/** A referral of the caller's organization. Throws 404, for another's too, and 403 off the team. */
export async function referralFor(
  { records }: PartnerApiContext,
  { user, rights }: Caller,
  id: string,
): Promise<Referral> {
  const referral = await records.referral(id);
  if (!referral || referral.organizationId !== user.tenantId) {
    throw new ReferralError(404, `There is no referral ${id.slice(0, 64)}.`);
  }
  if (rights === 'all' || isOnTeam(user, referral)) return referral;
  throw new ReferralError(403, 'The role Referrals User reads only the referrals whose team the user is on.');
}
