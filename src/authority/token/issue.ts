import { base64url } from '../../base/bytes.ts';
import type { Authorization } from '../../domain/index.ts';
import type { Call } from '../call.ts';
import type { AuthorityContext } from '../context.ts';
import { accessTokenClaims } from './access-token.ts';
import { idTokenClaims } from './id-token.ts';
import type { AskedPermissions } from './permissions.ts';
import type { ReceivedRequest } from './request.ts';

export interface IssuedTokens {
  readonly accessToken: string;
  readonly idToken: string | undefined;
  readonly clientInfo: string | undefined;
}

export interface Issue {
  readonly call: Call;
  readonly request: ReceivedRequest;
  readonly authorization: Authorization;
  readonly asked: AskedPermissions;
  /** The authorize request's: an ID token has one only then. */
  readonly nonce?: string | undefined;
}

/** Signs what the authorization allows: an access token always, an ID token for a user who asked with `openid`. */
export async function issueTokens(context: AuthorityContext, issue: Issue): Promise<IssuedTokens> {
  const { authorization, request, asked, call } = issue;
  const signer = context.keys.current();
  const { subject, resource } = authorization;
  const withIdToken = subject.kind === 'user' && asked.openIdScopes.includes('openid');
  /** v1 tokens name their key twice. */
  const headerOf = (version: 1 | 2) => (version === 1 ? { x5t: signer.kid } : undefined);
  const [accessToken, idToken] = await Promise.all([
    signer.sign(accessTokenClaims(context, issue), headerOf(resource.application.requestedAccessTokenVersion)),
    withIdToken
      ? signer.sign(idTokenClaims(context, issue, subject), headerOf(call.version === 'v1' ? 1 : 2))
      : undefined,
  ]);
  const withClientInfo = subject.kind === 'user' && request.parameters.clientInfo === '1';
  return {
    accessToken,
    idToken,
    clientInfo: withClientInfo
      ? base64url(JSON.stringify({ uid: subject.user.id, utid: subject.user.tenantId }))
      : undefined,
  };
}
