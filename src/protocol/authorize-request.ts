import { type Form, formPairs } from './form.ts';

/** An authorize request as it was sent (OpenID Connect Core section 3.1.2.1, RFC 7636, and Entra's own parameters). */
export interface AuthorizeParameters {
  readonly get: (name: AuthorizeParameter) => string | undefined;
  /** Parameters given more than once: which of their values counts, nobody can say. */
  readonly repeated: ReadonlySet<string>;
}

export const authorizeParameters = [
  'client_id',
  'redirect_uri',
  'response_type',
  'response_mode',
  'scope',
  'resource',
  'state',
  'nonce',
  'prompt',
  'max_age',
  'login_hint',
  'domain_hint',
  'client_info',
  'code_challenge',
  'code_challenge_method',
  'request',
  'request_uri',
] as const;
export type AuthorizeParameter = (typeof authorizeParameters)[number];

/** Throws `WireError` for a query that cannot be read. An empty parameter is none (RFC 6749 section 3.1). */
export function decodeAuthorizeRequest(query: string): AuthorizeParameters {
  const known: ReadonlySet<string> = new Set(authorizeParameters);
  const values = new Map<string, string>();
  const repeated = new Set<string>();
  for (const [name, value] of formPairs(query)) {
    if (values.has(name) && known.has(name)) repeated.add(name);
    values.set(name, value);
  }
  return { get: (name) => (values as Form).get(name) || undefined, repeated };
}
