import { html } from 'hono/html';
import { partnerRoles, Refusal } from '../domain/index.ts';
import type { HttpReply } from '../http/message.ts';
import { negotiator } from '../http/negotiate.ts';
import { WireError } from '../protocol/wire-error.ts';
import type { ConsoleContext } from './context.ts';
import { ConsoleError, type ConsoleErrorCode } from './error.ts';
import { markerInput } from './form.ts';
import { consolePage } from './pages/frame.ts';
import { notAllowedPage, outsidePage } from './pages/outside-pages.ts';
import { homePath, signOutPath } from './paths.ts';
import type { Call, Visitor } from './route.ts';
import { beginSignIn } from './sign-in.ts';

/** Browsers name HTML first; whoever does not say gets it too. */
const preferred = negotiator(['text/html', 'application/json']);

export interface Refused {
  readonly call: Call;
  /** Undefined when nobody is signed in. */
  readonly visitor: Visitor | undefined;
  readonly thrown: unknown;
}

/** Whatever was thrown, as a page, or as JSON for a program. */
export function refusal(context: ConsoleContext, refused: Refused): HttpReply {
  const { call, visitor } = refused;
  const error = consoleErrorOf(context, refused);
  if (preferred(call.http.headers('accept').join(', ')) === 'application/json') return jsonReply(error);
  const { code } = error;
  const isLook = call.http.method === 'GET' || call.http.method === 'HEAD';
  if (code === 'signInNeeded' && isLook) {
    const { path, query } = call.http;
    return beginSignIn(context, call, { returnPath: query === '' ? path : `${path}?${query}` });
  }
  const heading = headings[code];
  if (!visitor) return outsidePage({ heading, status: error.status, message: error.message });
  if (code === 'notAllowed') return forbidden(context, visitor, error);
  return consolePage(context, visitor, {
    heading,
    status: error.status,
    lead: error.message,
    body: html`<p><a href="${homePath}">To the start of the console</a></p>`,
  });
}

const forbidden = (context: ConsoleContext, visitor: Visitor, { message }: ConsoleError): HttpReply =>
  notAllowedPage({
    userName: visitor.user.userPrincipalName,
    roles: visitor.user.partnerRoles.map((role) => partnerRoles[role]),
    message,
    signOut: html`<form method="post" action="${signOutPath}">${markerInput(context, visitor, signOutPath)}<button class="plain">Sign out</button></form>`,
  });

const headings: Readonly<Record<ConsoleErrorCode, string>> = {
  unreadable: 'This could not be read',
  signInNeeded: 'Your sign-in here has ended',
  notAllowed: 'This page is for administrators',
  foreignForm: 'This form does not count',
  otherMachine: 'This page is for the sandbox’s own machine',
  notFound: 'There is no such page',
  wrongMethod: 'There is no such page',
  formUsed: 'This was done already',
  tooLarge: 'This is too large',
  failed: 'Something went wrong here',
};

function consoleErrorOf(context: ConsoleContext, { call, thrown }: Refused): ConsoleError {
  if (thrown instanceof ConsoleError) return thrown;
  if (thrown instanceof Refusal) {
    const code = thrown.code === 'missing' ? 'notFound' : 'unreadable';
    return new ConsoleError(code, `${thrown.field}: ${thrown.message}`, { cause: thrown });
  }
  if (thrown instanceof WireError) return new ConsoleError('unreadable', thrown.message, { cause: thrown });
  const reason = thrown instanceof Error ? (thrown.stack ?? thrown.message) : String(thrown);
  context.log.error({ path: call.http.path, reason }, 'the console failed');
  return new ConsoleError('failed', 'The console failed. What happened stands in the log of the sandbox.');
}

const jsonReply = ({ code, message, status }: ConsoleError): HttpReply => ({
  status,
  headers: [
    ['Content-Type', 'application/json; charset=utf-8'],
    ['Cache-Control', 'no-store'],
    ['X-Content-Type-Options', 'nosniff'],
  ],
  body: JSON.stringify({ error: { code, message } }),
});
