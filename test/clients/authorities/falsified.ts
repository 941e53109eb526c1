import { createHash, createPrivateKey, type JsonWebKey, type KeyObject } from 'node:crypto';
import { tokenParts } from '../../support/answer.ts';
import { segment, signBytes } from '../../support/issuer.ts';
import type { MockServer } from './oauth2-mock-server.ts';

/** An id_token with other claims or another header than it would have; what is undefined is left out. */
export interface Falsified {
  readonly claims?: Readonly<Record<string, unknown>>;
  readonly header?: Readonly<Record<string, unknown>>;
  /** Base64url of the signature; default by the key that the header names, or by the first. */
  readonly sign?: (signingInput: string) => string;
}

/** The id_token as it would have been, and the access token beside it. */
export interface Genuine {
  readonly claims: Readonly<Record<string, unknown>>;
  readonly accessToken: string;
  readonly idToken: string;
}

/** Every id_token the server gives is remade; undefined: it gives none. */
export function falsifyIdTokens(
  { service }: MockServer,
  falsify: (genuine: Genuine) => Falsified | string | undefined,
) {
  service.on('beforeResponse', ({ body }) => {
    if (body === '' || typeof body.id_token !== 'string') return;
    const { claims, header } = tokenParts(body.id_token);
    const genuine = { claims, accessToken: String(body.access_token), idToken: body.id_token };
    const changes = falsify(genuine);
    if (changes === undefined) delete body.id_token;
    else if (typeof changes === 'string') body.id_token = changes;
    else {
      const key = service.issuer.keys.get(String(header.kid)) as JsonWebKey;
      const signGenuinely = signedBy(createPrivateKey({ key, format: 'jwk' }));
      const input = `${segment({ ...header, ...changes.header })}.${segment({ ...claims, ...changes.claims })}`;
      body.id_token = `${input}.${(changes.sign ?? signGenuinely)(input)}`;
    }
  });
}

export const signedBy =
  (key: KeyObject, algorithm: 'RS256' | 'ES256' = 'RS256') =>
  (input: string): string =>
    signBytes(algorithm, key, input).toString('base64url');

/** The left bytes of a SHA-256: half of it is what `at_hash` holds. */
export const leftOfHash = (text: string, bytes = 16): string =>
  createHash('sha256').update(text).digest().subarray(0, bytes).toString('base64url');
