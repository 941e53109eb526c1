import { base64url } from '../../base/bytes.ts';
import { encodeAuthorizeRequest } from '../../protocol/authorize-request.ts';
import type { Grant } from '../acquire.ts';
import type { AuthResult } from '../auth-result.ts';
import { readyAuthentication } from '../client-authentication.ts';
import { discover } from '../discovery.ts';
import { openLoopback } from '../loopback/index.ts';
import { newProofKey } from '../pkce.ts';
import { requestToken } from '../token-endpoint.ts';
import { resultOfGrant, userScope } from './result.ts';
import { signedIn } from './signed-in.ts';

/** 256 bits: nobody guesses the state or the nonce of another's sign-in. */
const unguessableBytes = 32;

export interface BrowserSignIn {
  /** Default: the first free one from 8400 to 8999. */
  readonly redirectPort?: number | undefined;
  /** Whose name is filled in. */
  readonly loginHint?: string | undefined;
}

/**
 * A sign-in in the browser of this machine (RFC 6749 section 4.1 with PKCE, RFC 8252): the redirect address is bound before
 * anybody is told of it, the address to open is told as well as opened, and a browser that cannot be started ends nothing.
 */
export async function authorizationCodeGrant(
  grant: Grant,
  { redirectPort, loginHint }: BrowserSignIn,
): Promise<AuthResult> {
  const { context, plan } = grant;
  const metadata = await discover(grant, 'authorizationEndpoint');
  const proofKey = newProofKey(context.random, metadata.codeChallengeMethods);
  const state = base64url(context.random.bytes(unguessableBytes));
  const nonce = base64url(context.random.bytes(unguessableBytes));
  // Before anybody is sent to sign in: a secret that is missing or a certificate that has ended is found out now.
  await readyAuthentication(grant.authentication, metadata.tokenEndpoint);
  await using loopback = await openLoopback({ port: redirectPort, signal: context.signal });
  const { redirectUri } = loopback;
  const query = encodeAuthorizeRequest({
    client_id: plan.applicationId,
    response_type: 'code',
    response_mode: 'query',
    redirect_uri: redirectUri,
    scope: userScope(plan),
    state,
    nonce,
    code_challenge: proofKey.challenge,
    code_challenge_method: proofKey.method,
    prompt: loginHint === undefined ? 'select_account' : undefined,
    login_hint: loginHint,
    client_info: '1',
    claims: plan.claims,
  });
  const answer = loopback.wait({
    state,
    issuer: metadata.issuer,
    requireIssuer: metadata.namesIssuerInResponses,
  });
  const separator = metadata.authorizationEndpoint.includes('?') ? '&' : '?';
  await context.openBrowser({ url: `${metadata.authorizationEndpoint}${separator}${query}`, redirectUri });
  const { code } = await answer;
  const issued = await requestToken(grant, {
    grant: 'authorizationCode',
    request: { code, redirectUri, codeVerifier: proofKey.verifier, scope: userScope(plan), clientInfo: '1' },
    process: signedIn(grant, metadata, nonce),
  });
  return resultOfGrant(plan, issued);
}
