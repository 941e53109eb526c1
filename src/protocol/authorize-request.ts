import { decodeQuery, encodeForm, type QueryParameters } from './form.ts';

/** What an authorize request may say (OpenID Connect Core section 3.1.2.1, RFC 7636, and Entra's own parameters). */
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
  'claims',
  'request',
  'request_uri',
] as const;
export type AuthorizeParameter = (typeof authorizeParameters)[number];

/** An authorize request as it was sent. */
export type AuthorizeParameters = QueryParameters<AuthorizeParameter>;

/** What is to be asked: members that are undefined are left out. */
export type AuthorizeRequest = { readonly [Name in AuthorizeParameter]?: string | undefined };

/** The query of an authorize address, its parameters in the order of the table. */
export const encodeAuthorizeRequest = (request: AuthorizeRequest): string =>
  encodeForm(authorizeParameters.map((name) => [name, request[name]]));

/** Throws `WireError` for a query that cannot be read. */
export const decodeAuthorizeRequest = (query: string): AuthorizeParameters => decodeQuery(query, authorizeParameters);
