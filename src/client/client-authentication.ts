import * as oauth from 'oauth4webapi';
import type { Secret } from '../base/secret.ts';
import { jwtBearerAssertion } from '../protocol/client-auth.ts';
import type { ClientAssertion } from './client-assertion.ts';
import type { SecretSource } from './secret-source.ts';

/** How the application proves itself at the token endpoint. Undefined where one is expected: a public client. */
export type ClientAuthentication =
  | { readonly kind: 'secret'; readonly secret: SecretSource }
  /** A JWT signed for that endpoint (RFC 7523), made anew for each try. */
  | { readonly kind: 'assertion'; readonly assertion: ClientAssertion };

export interface ReadyAuthentication {
  readonly authenticate: oauth.ClientAuth;
  /** What is sent and must not come back in a message. */
  readonly secrets: readonly Secret[];
}

/** Ready for one try. */
export async function readyAuthentication(
  authentication: ClientAuthentication | undefined,
  tokenEndpoint: string,
): Promise<ReadyAuthentication> {
  if (!authentication) return { authenticate: oauth.None(), secrets: [] };
  if (authentication.kind === 'secret') {
    const secret = await authentication.secret();
    return { authenticate: oauth.ClientSecretPost(secret.reveal()), secrets: [secret] };
  }
  const assertion = await authentication.assertion(tokenEndpoint);
  return {
    authenticate: (_server, client, body) => {
      body.set('client_id', client.client_id);
      body.set('client_assertion_type', jwtBearerAssertion);
      body.set('client_assertion', assertion.reveal());
    },
    secrets: [assertion],
  };
}
