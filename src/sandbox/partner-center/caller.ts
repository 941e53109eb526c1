import type { CheckTrail } from '../../base/check-trail.ts';
import { isGuid } from '../../base/guid.ts';
import { type Customer, isActive, type PartnerRole, type User } from '../../domain/index.ts';
import type { HttpReply, HttpRequest } from '../../http/message.ts';
import { bearerChallenge, invalidTokenChallenge } from '../../protocol/bearer-challenge.ts';
import { resourceApplicationIds } from '../../protocol/resources.ts';
import { type ApiBearer, type BearerRefusal, bearerFor } from '../bearer.ts';
import type { PartnerCenterContext } from './context.ts';
import { type PartnerCenterErrorName, refuse } from './error.ts';

/** Who asks: an application for itself, or with a user of the partner. */
export interface Caller {
  readonly bearer: ApiBearer;
  readonly user: User | undefined;
}

const refusals: Readonly<Record<BearerRefusal, readonly [PartnerCenterErrorName, HttpReply['headers']]>> = {
  missing: ['bearerMissing', bearerChallenge],
  untrusted: ['bearerRefused', invalidTokenChallenge],
  otherAudience: ['audienceRefused', invalidTokenChallenge],
};

/** A bearer for Partner Center. Throws 401. */
export async function authenticate(context: PartnerCenterContext, request: HttpRequest): Promise<ApiBearer> {
  const bearer = await bearerFor(context, request, resourceApplicationIds['partner-center']);
  if (typeof bearer !== 'string') return bearer;
  const [name, headers] = refusals[bearer];
  return refuse(name, { headers });
}

/** App-only tokens are not concerned. */
export const isMfaCompliant = ({ userId, methods }: ApiBearer): boolean =>
  userId === undefined || methods.includes('mfa');

/** What every request passes, in this order: each as the flow viewer names it. */
export const customerChecks = {
  address: 'The address and the method are of the customers’ API',
  bearer: 'Authorization holds one Bearer token: well signed, in its time, for Partner Center',
  mfa: 'A user’s token carries the MFA claim',
  standing: 'The tenant has a partner account, and the application is enabled for it',
  limit: 'The application stays within 50 requests a second',
  user: 'The user of the token is there, and not blocked',
  operation: 'The caller’s role allows it, the customer is theirs, and the body can be read',
} as const;

/** second factor → partner account → application → limit → user. Throws 401, 403, 404 and 429. */
export async function authorize(
  context: PartnerCenterContext,
  bearer: ApiBearer,
  trail: CheckTrail<keyof typeof customerChecks>,
): Promise<Caller> {
  const { registry, limiter, directory, clock } = context;
  const { tenantId, applicationId, userId } = bearer;
  if (!isMfaCompliant(bearer)) refuse('mfaMissing', { headers: invalidTokenChallenge });
  trail.passed('mfa');
  const standing = await registry.standing(tenantId, applicationId);
  if (!standing.hasPartnerAccount) refuse('tenantUnknown');
  if (standing.application !== 'enabled') refuse('applicationRefused');
  trail.passed('standing');
  const seconds = limiter.take(applicationId, clock.now());
  if (seconds !== undefined) refuse('overLimit', { headers: [['Retry-After', String(Math.ceil(seconds))]] });
  trail.passed('limit');
  const user = userId === undefined ? undefined : await directory.userById(tenantId, userId);
  if (userId !== undefined && !user?.accountEnabled) refuse('bearerRefused', { headers: invalidTokenChallenge });
  trail.passed('user', user?.userPrincipalName ?? 'an application for itself');
  return { bearer, user };
}

/** Throws 403 for a user without one of these roles; an application alone has none to lack. */
export function requireRole({ user }: Caller, roles: readonly PartnerRole[]): void {
  if (user && !roles.some((role) => user.partnerRoles.includes(role))) refuse('roleMissing');
}

/** Throws 403 for an application alone. */
export function requireUser({ user }: Caller): void {
  if (!user) refuse('appOnlyRefused');
}

/** A customer of the caller's. Throws 400 for what is no id, and 403 for every id that is not one of them. */
export async function customerOf({ records }: PartnerCenterContext, caller: Caller, id: string): Promise<Customer> {
  if (!isGuid(id))
    refuse('propertyInvalid', { description: 'The customer’s id must be a GUID.', data: ['customer_id'] });
  return (await records.customer(caller.bearer.tenantId, id)) ?? refuse('noRelationship');
}

/** Throws 403 when every relationship has ended. */
export async function requireActive({ directory, clock }: PartnerCenterContext, customer: Customer): Promise<void> {
  const relationships = await directory.relationships(customer.tenantId, customer.partnerTenantId);
  if (!relationships.some((relationship) => isActive(relationship, clock.now()))) refuse('noRelationship');
}
