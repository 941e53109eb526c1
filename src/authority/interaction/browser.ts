import { base64url } from '../../base/bytes.ts';
import { addSeconds } from '../../base/clock.ts';
import {
  type BrowserSession,
  browserSessionLifetimeSeconds,
  entryKey,
  type SignIn,
  withSignIn,
} from '../../domain/index.ts';
import type { HttpReply, HttpRequest } from '../../http/message.ts';
import type { AuthorityContext } from '../context.ts';

/** A browser that holds a cookie of ours, and what it is signed in to. */
export interface Browser {
  /** The key of the session's entry. */
  readonly key: string;
  readonly session: BrowserSession;
  /** What gives the browser its cookie, when it is a new one. */
  readonly setCookie: HttpReply['headers'];
}

/** 256 bits. */
export const unguessable = ({ random }: Pick<AuthorityContext, 'random'>): string => base64url(random.bytes(32));

export async function findBrowser(context: AuthorityContext, http: HttpRequest): Promise<Browser | undefined> {
  const secret = cookieOf(http);
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
  return cookieHeader(http, '', 0);
}

async function keepSession(context: AuthorityContext, http: HttpRequest, session: BrowserSession): Promise<Browser> {
  const secret = unguessable(context);
  const key = entryKey(secret);
  const expiresAt = addSeconds(context.clock.now(), browserSessionLifetimeSeconds);
  await context.entries.add('session', key, { value: session, expiresAt });
  return { key, session, setCookie: cookieHeader(http, secret) };
}

/**
 * The prefix makes a browser take the cookie from this very origin alone, over HTTPS (RFC 6265bis section 4.1.3.2). A cookie
 * is not told apart by port, so its name says the port: two sandboxes on one host do not sign each other's users out.
 */
function cookieName({ origin }: HttpRequest): string {
  const port = /:(\d+)$/.exec(origin)?.[1];
  const name = port === undefined ? 'partner-auth' : `partner-auth-${port}`;
  return origin.startsWith('https:') ? `__Host-${name}` : name;
}

/**
 * Lax: a client's redirect to authorize carries it, a form another site sends does not. That costs an authorize request
 * sent by POST nothing: it is answered by a redirect, and arrives again by GET.
 */
function cookieHeader(http: HttpRequest, value: string, maxAge?: number): HttpReply['headers'] {
  const secure = http.origin.startsWith('https:') ? '; Secure' : '';
  const life = maxAge === undefined ? '' : `; Max-Age=${maxAge}`;
  return [['Set-Cookie', `${cookieName(http)}=${value}; Path=/${life}; HttpOnly; SameSite=Lax${secure}`]];
}

/** Two cookies of the name are none: somebody else put one of them there. */
function cookieOf(http: HttpRequest): string | undefined {
  const prefix = `${cookieName(http)}=`;
  const values = http
    .headers('cookie')
    .flatMap((header) => header.split(/; */))
    .filter((pair) => pair.startsWith(prefix));
  return values.length === 1 ? values[0]?.slice(prefix.length) : undefined;
}
