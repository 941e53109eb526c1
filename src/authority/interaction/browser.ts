import { addSeconds } from '../../base/clock.ts';
import {
  type BrowserSession,
  browserSessionLifetimeSeconds,
  entryKey,
  type SignIn,
  unguessable,
  withSignIn,
} from '../../domain/index.ts';
import type { HttpReply, HttpRequest } from '../../http/message.ts';
import { originCookie } from '../../http/origin-cookie.ts';
import type { AuthorityContext } from '../context.ts';

/** A browser that holds a cookie of ours, and what it is signed in to. */
export interface Browser {
  /** The key of the session's entry. */
  readonly key: string;
  readonly session: BrowserSession;
  /** What gives the browser its cookie, when it is a new one. */
  readonly setCookie: HttpReply['headers'];
}

/** An authorize request sent by POST loses nothing by it: it is answered by a redirect, and arrives again by GET. */
const cookie = originCookie('partner-auth');

export async function findBrowser(context: AuthorityContext, http: HttpRequest): Promise<Browser | undefined> {
  const secret = cookie.read(http);
  if (secret === undefined) return undefined;
  const key = entryKey(secret);
  const session = await context.entries.find('session', key);
  return session && { key, session, setCookie: [] };
}

export const newBrowser = (context: AuthorityContext, http: HttpRequest): Promise<Browser> =>
  keepSession(context, http, { browserId: unguessable(context), signIns: [] });

/**
 * Gives the browser a new cookie after a proof, so that one that was put there before is worth nothing (session
 * fixation); with `signIn` that is added. Undefined when another request was faster: of two that hold one cookie, one
 * gets the next.
 */
export async function renewBrowser(
  context: AuthorityContext,
  http: HttpRequest,
  { browser, signIn }: { browser: Browser; signIn?: SignIn | undefined },
): Promise<Browser | undefined> {
  const session = await context.entries.take('session', browser.key);
  if (!session) return undefined;
  return keepSession(context, http, signIn ? withSignIn(session, signIn) : session);
}

export async function endBrowser(context: AuthorityContext, http: HttpRequest, browser: Browser) {
  await context.entries.take('session', browser.key);
  return cookie.remove(http);
}

async function keepSession(context: AuthorityContext, http: HttpRequest, session: BrowserSession): Promise<Browser> {
  const secret = unguessable(context);
  const key = entryKey(secret);
  const expiresAt = addSeconds(context.clock.now(), browserSessionLifetimeSeconds);
  await context.entries.add('session', key, { value: session, expiresAt });
  return { key, session, setCookie: cookie.write(http, secret) };
}
