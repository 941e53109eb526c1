import { decodeQuery, encodeForm, type QueryParameters } from './form.ts';

/** The fields of an authorize answer, in the order Entra sends them; those that are undefined are left out. */
export type ResponseFields = readonly (readonly [name: string, value: string | undefined])[];

/** The redirect address with the fields behind it; what the address itself holds stays as it is. */
export function redirectWith(redirectUri: string, mode: 'query' | 'fragment', fields: ResponseFields): string {
  const encoded = encodeForm(fields);
  if (mode === 'fragment') return `${redirectUri}#${encoded}`;
  return `${redirectUri}${redirectUri.includes('?') ? '&' : '?'}${encoded}`;
}

/**
 * What an answer of the authorize endpoint may say to a client that asked for a code: RFC 6749 section 4.1.2, RFC 9207, and
 * Entra's own. Entra says more about an error in `error_subcode`, such as `cancel`.
 */
export const authorizeResponseParameters = [
  'code',
  'state',
  'iss',
  'client_info',
  'session_state',
  'error',
  'error_subcode',
  'error_description',
  'error_uri',
] as const;
export type AuthorizeResponseParameter = (typeof authorizeResponseParameters)[number];

/** An authorize answer as it came back. */
export type AuthorizeResponse = QueryParameters<AuthorizeResponseParameter>;

/** Reads the query of the redirect address. Throws `WireError` for one that cannot be read. */
export const decodeAuthorizeResponse = (query: string): AuthorizeResponse =>
  decodeQuery(query, authorizeResponseParameters);
