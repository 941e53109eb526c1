import { createHmac } from 'node:crypto';
import { base64url, base64urlBytes, equalInConstantTime, sha256, utf8Text } from '../base/bytes.ts';
import { Secret } from '../base/secret.ts';
import { unguessable } from '../domain/index.ts';
import type { HttpReply } from '../http/message.ts';
import { originCookie } from '../http/origin-cookie.ts';
import { encodeAuthorizeRequest } from '../protocol/authorize-request.ts';
import { formPairs } from '../protocol/form.ts';
import type { ConsoleContext } from './context.ts';
import { notSignedInPage } from './pages/outside-pages.ts';
import { homePath, isConsolePath, signedInPath } from './paths.ts';
import { redirectTo } from './reply.ts';
import type { Call, Visit } from './route.ts';
import { beginSession, endSession } from './session.ts';

/**
 * A sign-in that is under way is the browser's to remember: a secret that `state` and the code verifier are made from, and
 * where to go afterwards.
 */
const underWay = originCookie('partner-auth-console-sign-in');
const underWaySeconds = 3600;

interface UnderWay {
  readonly secret: string;
  readonly returnPath: string;
}

const derived = ({ secret }: UnderWay, purpose: string): string =>
  createHmac('sha256', secret).update(purpose).digest('base64url');
const stateOf = (sign: UnderWay) => derived(sign, 'state');
const codeVerifierOf = (sign: UnderWay) => derived(sign, 'code verifier');

const longestReturnPath = 1024;
const printable = /^[\x21-\x7e]+$/;

/** To the authority, and from there back to `returnPath`. `prompt`: to choose the account even where one is signed in. */
export function beginSignIn(
  context: ConsoleContext,
  { http }: Call,
  { returnPath, prompt }: { returnPath: string; prompt?: string },
): HttpReply {
  const wanted = returnPath.length <= longestReturnPath ? returnPath : homePath;
  const sign = { secret: unguessable(context), returnPath: wanted };
  const { appId } = context.signIn;
  const query = encodeAuthorizeRequest({
    client_id: appId,
    response_type: 'code',
    redirect_uri: http.origin + signedInPath,
    scope: `${appId}/.default`,
    state: stateOf(sign),
    prompt,
    code_challenge: base64url(sha256(codeVerifierOf(sign))),
    code_challenge_method: 'S256',
  });
  const remembered = underWay.write(http, `${sign.secret}.${base64url(wanted)}`, underWaySeconds);
  return redirectTo(`/organizations/oauth2/v2.0/authorize?${query}`, remembered);
}

/** `/console/sign-in`: as somebody else. */
export const signInAgain = async (context: ConsoleContext, call: Call): Promise<HttpReply> =>
  beginSignIn(context, call, { returnPath: homePath, prompt: 'select_account' });

/** `/console/signed-in`: what the authority sends the browser back with. Good for the browser that was sent, once. */
export async function finishSignIn(context: ConsoleContext, call: Call): Promise<HttpReply> {
  const { http } = call;
  const sign = signInUnderWay(call);
  const query = new Map(formPairs(http.query));
  if (!sign || !equalInConstantTime(query.get('state') ?? '', stateOf(sign))) {
    return notSignedInPage('The sign-in was begun in another browser, or too long ago.');
  }
  const code = query.get('code');
  const forget = underWay.remove(http);
  if (code === undefined) return notSignedInPage(query.get('error_description') ?? 'It was not finished.', forget);
  const signedIn = await context.signIn.redeem({
    code: new Secret(code),
    codeVerifier: new Secret(codeVerifierOf(sign)),
    redirectUri: http.origin + signedInPath,
    origin: http.origin,
  });
  if (!signedIn) return notSignedInPage('The sign-in was used before, or is too old.', forget);
  // Who signs in as somebody else is no longer who they were.
  await endSession(context, http);
  const session = await beginSession(context, call, signedIn);
  return redirectTo(sign.returnPath, [...forget, ...session]);
}

/** Ends the session here, then asks the authority to end its own. */
export async function signOut(context: ConsoleContext, { http }: Visit): Promise<HttpReply> {
  return redirectTo('/common/oauth2/v2.0/logout', await endSession(context, http));
}

function signInUnderWay({ http }: Call): UnderWay | undefined {
  const [secret = '', path = ''] = underWay.read(http)?.split('.') ?? [];
  const returnPath = utf8Text(base64urlBytes(path) ?? new Uint8Array()) ?? '';
  // A browser's cookie is the browser's word: it leads nowhere but here.
  const leadsHere = printable.test(returnPath) && isConsolePath(returnPath.split('?', 1)[0] ?? '');
  return secret !== '' && leadsHere ? { secret, returnPath } : undefined;
}
