import type { RedirectTarget } from '../../domain/index.ts';
import type { HttpReply } from '../../http/message.ts';
import { type ResponseFields, redirectWith } from '../../protocol/authorize-response.ts';
import { decodeOAuthError } from '../../protocol/oauth-error.ts';
import { tenantPlaceholder } from '../../protocol/tenants.ts';
import type { Call } from '../call.ts';
import { type AuthorityError, errorBody } from '../error-table.ts';
import { formPostPage } from '../pages/form-post-page.ts';

/** Sends the browser back to the application. `tenantId` completes an issuer that was a template. */
export function respondAt(target: RedirectTarget, fields: ResponseFields, tenantId?: string): HttpReply {
  const { redirectUri, responseMode, state, issuer } = target;
  const iss = tenantId === undefined ? issuer : issuer?.replace(tenantPlaceholder, tenantId);
  const all = [...fields, ['state', state], ['iss', iss]] as const;
  if (responseMode === 'form_post') return formPostPage(redirectUri, all);
  return {
    status: 302,
    headers: [
      ['Location', redirectWith(redirectUri, responseMode, all)],
      ['Cache-Control', 'no-store'],
      ['Referrer-Policy', 'no-referrer'],
    ],
    body: '',
  };
}

/** A token endpoint's word for it means nothing to whoever asked at authorize (RFC 6749 section 4.1.2.1). */
const wordAtAuthorize: ReadonlyMap<string, string> = new Map([['invalid_grant', 'access_denied']]);

export function respondError(target: RedirectTarget, error: AuthorityError, call: Call): HttpReply {
  const told = decodeOAuthError(errorBody(error, { ...call, origin: call.http.origin }));
  const word = told?.error ?? 'server_error';
  return respondAt(target, [
    ['error', wordAtAuthorize.get(word) ?? word],
    ['error_description', told?.errorDescription],
    ['error_uri', told?.errorUri],
  ]);
}
