import * as oauth from 'oauth4webapi';
import { base64url, sha256 } from '../../base/bytes.ts';
import { epochSeconds } from '../../base/clock.ts';
import type { Grant } from '../acquire.ts';
import type { ClientContext } from '../context.ts';
import { type Metadata, published, withMetadata } from '../discovery.ts';
import { isPlainHttp } from '../http.ts';
import { clockToleranceSeconds, type ProcessAnswer } from '../token-endpoint.ts';

/**
 * What is checked where an answer says who has just signed in: every rule for its id_token (OpenID Connect Core section
 * 3.1.3.7), the nonce of this sign-in where one was sent, and its signature by the keys of the metadata. Keys are fetched
 * for each sign-in: none is trusted longer than the authority publishes it.
 */
export const signedIn =
  (grant: Grant, metadata: Metadata, nonce?: string): ProcessAnswer =>
  async (server, client, response) => {
    const known = withMetadata(server, metadata);
    const processed =
      nonce === undefined
        ? await oauth.processDeviceCodeResponse(known, client, response)
        : await oauth.processAuthorizationCodeResponse(known, client, response, {
            expectedNonce: nonce,
            requireIdToken: true,
          });
    const claims = oauth.getValidatedIdTokenClaims(processed);
    if (claims) {
      checkIssuedAt(grant.context, claims);
      checkAccessToken(processed.access_token, claims);
      await oauth.validateApplicationLevelSignature(known, response, {
        [oauth.customFetch]: async (url) =>
          new Response(await published(grant, url), { headers: { 'content-type': 'application/json' } }),
        [oauth.allowInsecureRequests]: isPlainHttp(metadata.jwksUri),
      });
    }
    return processed;
  };

function checkIssuedAt({ clock }: ClientContext, { iat }: oauth.IDToken): void {
  if (iat > epochSeconds(clock.now()) + clockToleranceSeconds) {
    throw new oauth.OperationProcessingError('unexpected JWT "iat" (issued at) claim value, it is in the future');
  }
}

/** `at_hash`, where it is there (section 3.1.3.8): the left half of the access token's hash by the hash of RS256. */
function checkAccessToken(accessToken: string, { at_hash: expected }: oauth.IDToken): void {
  if (expected === undefined || expected === base64url(sha256(accessToken).subarray(0, 16))) return;
  throw new oauth.OperationProcessingError('unexpected JWT "at_hash" (access token hash) claim value');
}
