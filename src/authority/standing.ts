import {
  type Application,
  isActive,
  type SignIn,
  type SignInRefusal,
  signInRefusal,
  type Tenant,
  type User,
  type UserSubject,
} from '../domain/index.ts';
import type { AadstsName } from '../protocol/aadsts.ts';
import { consumerTenantId, type TenantAlias } from '../protocol/tenants.ts';
import type { Call } from './call.ts';
import type { AuthorityContext } from './context.ts';
import { AuthorityError } from './error-table.ts';
import { isUserLocked } from './password.ts';

const refusals: Readonly<Record<SignInRefusal, AadstsName>> = {
  disabled: 'userDisabled',
  passwordExpired: 'passwordExpired',
  mfaRequired: 'mfaRequired',
  mfaNotEnrolled: 'mfaNotEnrolled',
};

/** Where a user's tokens are to be good. */
interface Place {
  readonly call: Call;
  readonly tenant: Tenant;
  readonly client: { readonly application: Application };
  readonly asked: { readonly resource: { readonly application: Application } };
}

/** The user of an earlier sign-in, as they stand now. Throws 50034 for one who was deleted, and what `userSubject` throws. */
export async function userOfSignIn(context: AuthorityContext, signIn: SignIn, place: Place): Promise<UserSubject> {
  const user = await context.directory.userById(signIn.userTenantId, signIn.userId);
  if (!user) throw new AuthorityError('userUnknown', { user: signIn.userId, tenant: place.tenant.displayName });
  return userSubject(context, { user, signIn }, place);
}

/**
 * What must hold of a user whenever tokens are issued, however long ago they signed in. Throws 50053, 50057, 50055, 50076
 * and 50079; 50173 for a sign-in that was revoked; 50020 in a tenant that is not theirs.
 */
export async function userSubject(
  context: AuthorityContext,
  { user, signIn }: { user: User; signIn: Pick<SignIn, 'methods' | 'authenticatedAt' | 'sessionId'> },
  place: Place,
): Promise<UserSubject> {
  const { methods, authenticatedAt, sessionId } = signIn;
  if (await isUserLocked(context, user)) throw new AuthorityError('userLocked');
  requireUnrevoked(user, authenticatedAt);
  const refusal = signInRefusal(user, methods);
  if (refusal) throw new AuthorityError(refusals[refusal], { resource: place.asked.resource.application.appId });
  const rolesElsewhere = await rolesIn(context, user, place);
  return {
    kind: 'user',
    user,
    methods,
    authenticatedAt,
    ...(sessionId === undefined ? {} : { sessionId }),
    ...(rolesElsewhere ? { rolesElsewhere } : {}),
  };
}

function requireUnrevoked({ signInSessionsValidFrom }: User, authenticatedAt: Date): void {
  if (!signInSessionsValidFrom || authenticatedAt >= signInSessionsValidFrom) return;
  throw new AuthorityError('grantRevoked', {
    issuedAt: authenticatedAt.toISOString(),
    validFrom: signInSessionsValidFrom.toISOString(),
  });
}

/** A partner's users may enter a customer's tenant while a relationship is active (granular delegated admin privileges). */
async function rolesIn(context: AuthorityContext, user: User, place: Place): Promise<readonly string[] | undefined> {
  const { tenant, call, client } = place;
  if (user.tenantId === tenant.id) return undefined;
  const relationships = await context.directory.relationships(tenant.id, user.tenantId);
  const active = relationships.filter((relationship) => isActive(relationship, call.now));
  if (active.length === 0) {
    throw new AuthorityError('userOfOtherTenant', {
      user: user.userPrincipalName,
      issuer: context.issuers(call.http.origin, user.tenantId).v1,
      tenant: tenant.displayName,
      application: client.application.appId,
    });
  }
  return [...new Set(active.flatMap(({ unifiedRoles }) => unifiedRoles))];
}

/** What an alias means to somebody who has signed in. There are no personal accounts here. */
export async function homeTenant(
  context: AuthorityContext,
  call: Call,
  { alias, signIn, clientId }: { alias: TenantAlias; signIn: SignIn; clientId: string },
): Promise<Tenant> {
  const tenant = await context.directory.tenantById(signIn.userTenantId);
  if (!tenant) throw new AuthorityError('unknownTenant', { tenant: signIn.userTenantId });
  if (alias !== 'consumers') return tenant;
  throw new AuthorityError('userOfOtherTenant', {
    user: signIn.userId,
    issuer: context.issuers(call.http.origin, tenant.id).v1,
    tenant: consumerTenantId,
    application: clientId,
  });
}
