import * as oauth from 'oauth4webapi';
import type { Grant } from '../acquire.ts';
import { type Metadata, withKeysOf } from '../discovery.ts';
import { isPlainHttp, send } from '../http.ts';
import type { ProcessAnswer } from '../token-endpoint.ts';

/**
 * What is checked where an answer says who has just signed in: every rule for its id_token (OpenID Connect Core section
 * 3.1.3.7), the nonce of this sign-in where one was sent, and its signature by the keys of the metadata. Keys are fetched
 * for each sign-in: none is trusted longer than the authority publishes it.
 */
export const signedIn =
  (grant: Grant, metadata: Metadata, nonce?: string): ProcessAnswer =>
  async (server, client, response) => {
    const withKeys = withKeysOf(server, metadata);
    const processed =
      nonce === undefined
        ? await oauth.processDeviceCodeResponse(withKeys, client, response)
        : await oauth.processAuthorizationCodeResponse(withKeys, client, response, {
            expectedNonce: nonce,
            requireIdToken: true,
          });
    if (processed.id_token !== undefined) {
      await oauth.validateApplicationLevelSignature(withKeys, response, {
        [oauth.customFetch]: (url) => boundedGet(grant, url),
        [oauth.allowInsecureRequests]: isPlainHttp(metadata.jwksUri),
      });
    }
    return processed;
  };

/** As everything else is fetched: bounded in size and time, following no redirect. */
async function boundedGet({ context, fetchIt }: Grant, url: string): Promise<Response> {
  const { status, text } = await send(context, fetchIt, {
    method: 'GET',
    url,
    headers: { accept: 'application/json' },
  });
  return new Response(text, { status, headers: { 'content-type': 'application/json' } });
}
