import type { CheckTrail } from '../../base/check-trail.ts';
import { isOnTeam, type Referral, referralRights, type User } from '../../domain/index.ts';
import type { HttpRequest } from '../../http/message.ts';
import type { PathParameter } from '../../http/router.ts';
import { resourceApplicationIds } from '../../protocol/resources.ts';
import { type BearerRefusal, bearerFor } from '../bearer.ts';
import type { PartnerApiContext } from './context.ts';
import { ReferralError } from './error.ts';

/** Who asks, and whether for all of their organization's referrals or for those of their teams. */
export interface Caller {
  readonly user: User;
  readonly rights: 'all' | 'own';
}

/** A request of somebody who may be answered. */
export interface Asked {
  readonly request: HttpRequest;
  readonly parameter: PathParameter;
  readonly caller: Caller;
}

/** What every request passes, in this order: each as the flow viewer names it. */
export const referralChecks = {
  address: 'The address and the method are of the Referrals API',
  bearer: 'Authorization holds one Bearer token: well signed, in its time, for the partner resource',
  role: 'The token is a user’s, whose role is Referrals Admin or Referrals User',
  operation: 'What is asked for is there, the role allows it, and the body can be read',
} as const;

/** authenticate → find the user → what the role allows. Throws 401 and 403. */
export async function callerOf(
  context: PartnerApiContext,
  request: HttpRequest,
  trail: CheckTrail<keyof typeof referralChecks>,
): Promise<Caller> {
  const bearer = await bearerFor(context, request, resourceApplicationIds.partner);
  if (typeof bearer === 'string') throw new ReferralError(401, refusals[bearer], [['WWW-Authenticate', 'Bearer']]);
  trail.passed('bearer');
  const { tenantId, userId } = bearer;
  const user = userId === undefined ? undefined : await context.directory.userById(tenantId, userId);
  if (!user?.accountEnabled) {
    throw new ReferralError(403, 'The Referrals API needs a user with a referrals role: app-only tokens have none.');
  }
  const rights = referralRights(user);
  if (!rights) throw new ReferralError(403, 'The user has neither the role Referrals Admin nor Referrals User.');
  trail.passed('role', user.userPrincipalName);
  return { user, rights };
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
