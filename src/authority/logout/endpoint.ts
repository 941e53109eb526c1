import { redirectPlatform, type SignIn } from '../../domain/index.ts';
import type { HttpReply } from '../../http/message.ts';
import { markerOf } from '../../http/own-form.ts';
import { redirectWith } from '../../protocol/authorize-response.ts';
import { encodeForm, type Form, formPairs } from '../../protocol/form.ts';
import type { Call, Endpoint } from '../call.ts';
import type { AuthorityContext } from '../context.ts';
import { AuthorityError } from '../error-table.ts';
import { type Browser, endBrowser, findBrowser } from '../interaction/browser.ts';
import { sourceOf } from '../interaction/frame-of.ts';
import { ownForm, requireMarker } from '../interaction/marker.ts';
import { signedOutPage, signOutPage } from '../pages/signed-out-page.ts';
import { type IdTokenHint, readIdTokenHint } from './id-token-hint.ts';

/**
 * `/oauth2/logout` and `/oauth2/v2.0/logout` (OpenID Connect RP-Initiated Logout 1.0). A valid ID token of somebody who is
 * signed in here ends the session at once; everybody else is asked first, so that no other site can sign a person out.
 */
export const logoutEndpoint: Endpoint = async (context, call) => {
  const { http } = call;
  const parameters = parametersOf(call);
  const { hint, target } = await wishOf(context, call, parameters);
  const browser = await findBrowser(context, http);
  if (!browser || browser.session.signIns.length === 0) return leave(target, []);
  if (hint && browser.session.signIns.some(({ userId }) => userId === hint.userId)) {
    return leave(target, await endSession(context, call, browser));
  }
  const userNames = await Promise.all(browser.session.signIns.map((signIn) => userNameOf(context, signIn)));
  return signOutPage({
    userNames,
    marker: markerFor(browser),
    action: `${signOutPath}?${encodeForm(parameters)}`,
    formTargets: ["'self'", ...(target === undefined ? [] : [sourceOf(target)])],
  });
};

export const signOutPath = '/signout';

/** The form of the confirmation; what was wished for stands in its address. */
export const signOutEndpoint: Endpoint = async (context, call) => {
  const { http } = call;
  if (http.method !== 'POST') throw new AuthorityError('wrongVerb', { accepted: 'POST', received: http.method });
  const form = ownForm(http);
  const browser = await findBrowser(context, http);
  if (!browser) return leave(undefined, []);
  requireMarker(form, markerFor(browser));
  const { target } = await wishOf(context, call, new Map(formPairs(http.query)));
  return leave(target, await endSession(context, call, browser));
};

const markerFor = ({ session }: Browser): string => markerOf(session.browserId, 'sign out');

async function wishOf(context: AuthorityContext, call: Call, parameters: Form) {
  const hint = await readIdTokenHint(context, call, parameters.get('id_token_hint'));
  return { hint, target: await returnTarget(context, parameters, hint) };
}

/** By GET in the query, by POST in a form: whoever sends them, they only say what is wished for. */
function parametersOf({ http }: Call): Form {
  if (http.method === 'POST') return new Map(formPairs(new TextDecoder().decode(http.body)));
  if (http.method === 'GET' || http.method === 'HEAD') return new Map(formPairs(http.query));
  throw new AuthorityError('wrongVerb', { accepted: 'GET, POST', received: http.method });
}

/** Only where an application that the person was signed in to has registered it; with its state. */
async function returnTarget(
  { directory }: AuthorityContext,
  parameters: Form,
  hint: IdTokenHint | undefined,
): Promise<string | undefined> {
  const redirect = parameters.get('post_logout_redirect_uri');
  const application = hint && (await directory.applicationById(hint.appId));
  if (!redirect || !application || !redirectPlatform(application, redirect)) return undefined;
  const state = parameters.get('state');
  return state === undefined ? redirect : redirectWith(redirect, 'query', [['state', state]]);
}

const leave = (target: string | undefined, headers: HttpReply['headers']): HttpReply =>
  target === undefined
    ? signedOutPage(headers)
    : { status: 302, headers: [['Location', target], ['Cache-Control', 'no-store'], ...headers], body: '' };

/** The cookie is dead, and so are the codes and refresh tokens that this session's sign-ins began. */
async function endSession(context: AuthorityContext, { http, now }: Call, browser: Browser) {
  const { entries } = context;
  for (const { userId, sessionId } of browser.session.signIns) {
    if (sessionId === undefined) continue;
    for (const { key, value } of await entries.list('authorizationCode', userId)) {
      if (value.signIn.sessionId === sessionId && !value.redeemedAt) await entries.take('authorizationCode', key);
    }
    for (const { key, value } of await entries.list('refreshFamily', userId)) {
      if (value.signIn.sessionId !== sessionId) continue;
      await entries.change('refreshFamily', key, (family) => ({ ...family, revokedAt: family.revokedAt ?? now }));
    }
  }
  return endBrowser(context, http, browser);
}

const userNameOf = async ({ directory }: AuthorityContext, { userTenantId, userId }: SignIn): Promise<string> =>
  (await directory.userById(userTenantId, userId))?.userPrincipalName ?? 'an account that was deleted';
