import { addSeconds } from '../base/clock.ts';
import {
  type ConsoleSession,
  consoleSessionLifetimeSeconds,
  entryKey,
  type User,
  unguessable,
} from '../domain/index.ts';
import type { HttpReply, HttpRequest } from '../http/message.ts';
import { originCookie } from '../http/origin-cookie.ts';
import type { ConsoleContext, SignedIn } from './context.ts';
import type { Call, Visitor } from './route.ts';

const cookie = originCookie('partner-auth-console');

/** The session of a new sign-in, under a new cookie: one that was put there before is worth nothing (session fixation). */
export async function beginSession(
  context: ConsoleContext,
  { http, now }: Call,
  { userId, tenantId }: SignedIn,
): Promise<HttpReply['headers']> {
  const secret = unguessable(context);
  const value = { userId, userTenantId: tenantId, beganAt: now, formKey: unguessable(context) };
  const expiresAt = addSeconds(now, consoleSessionLifetimeSeconds);
  await context.entries.add('consoleSession', entryKey(secret), { value, expiresAt, owner: userId });
  return cookie.write(http, secret);
}

export async function endSession({ entries }: ConsoleContext, http: HttpRequest): Promise<HttpReply['headers']> {
  const secret = cookie.read(http);
  if (secret !== undefined) await entries.take('consoleSession', entryKey(secret));
  return cookie.remove(http);
}

/** Whose session a request is part of. Users and tenants are read anew each time: who lost a role has lost it at once. */
export async function visitorOf({ entries, directory }: ConsoleContext, { http }: Call): Promise<Visitor | undefined> {
  const secret = cookie.read(http);
  const session = secret === undefined ? undefined : await entries.find('consoleSession', entryKey(secret));
  if (!session) return undefined;
  const user = await directory.userById(session.userTenantId, session.userId);
  const tenant = await directory.tenantById(session.userTenantId);
  return user && tenant && isStanding(session, user) ? { session, user, tenant } : undefined;
}

const isStanding = ({ beganAt }: ConsoleSession, user: User): boolean =>
  user.accountEnabled && !(user.signInSessionsValidFrom && beganAt < user.signInSessionsValidFrom);
