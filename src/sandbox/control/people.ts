import { z } from 'zod';
import { domainOf, type SignIn, type User } from '../../domain/index.ts';
import type { ControlContext } from './context.ts';
import { ControlError } from './error.ts';

/** A user by name. Throws `notFound`. */
export async function userNamed({ world: { directory } }: ControlContext, name: string): Promise<User> {
  const tenant = await directory.tenantByDomain(domainOf(name) ?? '');
  const user = tenant && (await directory.userByPrincipalName(tenant.id, name));
  if (user) return user;
  throw new ControlError(
    'notFound',
    `There is no user ${name.slice(0, 256)}. GET /sandbox/users lists them; POST /sandbox/users adds one.`,
    { target: 'userPrincipalName' },
  );
}

/** Authentication methods (RFC 8176) a sign-in is said to have proven. */
export const methodNames = z
  .array(z.string().regex(/^[a-z]{2,16}$/, { error: 'must be names of authentication methods such as pwd and mfa.' }))
  .min(1)
  .max(8)
  .describe('Authentication methods (RFC 8176). Default: pwd, and mfa where the user must have it.');

export const methodsOf = (user: User, stated: readonly string[] | undefined): readonly string[] =>
  stated ?? (user.mfa.required ? ['pwd', 'mfa'] : ['pwd']);

export const signInOf = ({ clock }: ControlContext, user: User, methods?: readonly string[]): SignIn => ({
  userId: user.id,
  userTenantId: user.tenantId,
  methods: methodsOf(user, methods),
  authenticatedAt: clock.now(),
});
