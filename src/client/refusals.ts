import type { Secret } from '../base/secret.ts';
import { aadstsByCode } from '../protocol/aadsts.ts';
import type { AuthorizeResponse } from '../protocol/authorize-response.ts';
import { decodeOAuthError, type OAuthError } from '../protocol/oauth-error.ts';
import { type PartnerCodeEntry, partnerCode } from '../protocol/partner-codes.ts';
import type { PartnerError } from '../protocol/partner-error.ts';
import { AuthError, type AuthErrorCode } from './errors.ts';
import type { Answer } from './http.ts';
import { quoted } from './quoted.ts';
import { isLoop, retryAfterSeconds } from './retry.ts';

/** Answers other than success, as errors of the family. */

const codeOfOAuthError: Readonly<Record<string, AuthErrorCode>> = {
  invalid_client: 'credentials_refused',
  unauthorized_client: 'application_refused',
  invalid_grant: 'sign_in_needed',
  interaction_required: 'sign_in_needed',
  login_required: 'sign_in_needed',
  account_selection_required: 'sign_in_needed',
  consent_required: 'consent_needed',
  access_denied: 'access_refused',
  authorization_declined: 'access_refused',
  expired_token: 'timed_out',
  temporarily_unavailable: 'service_unavailable',
  server_error: 'service_unavailable',
};

const codeOfSuberror: Readonly<Record<string, AuthErrorCode>> = {
  consent_required: 'consent_needed',
  basic_action: 'sign_in_needed',
  additional_action: 'sign_in_needed',
  client_mismatch: 'application_refused',
};

/** What a partner code means for a program; the codes of the exchange that have an error of their own. */
const codeOfPartnerCode: Readonly<Record<string, AuthErrorCode>> = {
  '900420': 'audience_refused',
  '900421': 'mfa_needed',
  '10001': 'mfa_needed',
};

const codeOfStatus = (status: number): AuthErrorCode => {
  if (status < 400) return 'answer_unreadable';
  if (status === 429) return 'throttled';
  if (status === 408) return 'timed_out';
  if (status >= 500) return 'service_unavailable';
  return ({ 401: 'bearer_refused', 403: 'access_refused', 404: 'not_found' } as const)[status] ?? 'request_refused';
};

/** Ids and codes have a word's length, and an answer has one AADSTS number or two. */
const longestId = 128;
const mostNumbers = 8;

export interface Refused {
  readonly answer: Answer;
  readonly now: Date;
  readonly correlationId: string;
  /** What was sent and must not come back in a message. */
  readonly secrets: readonly Secret[];
}

/** A token endpoint's refusal. `credentials`: an `invalid_grant` is about a password, not about an old sign-in. */
export function authorityRefusal(refused: Refused, grant: 'credentials' | 'stored'): AuthError {
  const { answer, now } = refused;
  const body = decodeOAuthError(answer.text);
  const code = body ? codeOf(body, answer.status, grant) : codeOfStatus(answer.status);
  const numbers = body?.errorCodes.slice(0, mostNumbers) ?? [];
  const known = numbers.map(aadstsByCode).find((entry) => entry !== undefined);
  const id = (value: string | undefined) => value && quoted(withoutSecrets(value, refused.secrets), longestId);
  return new AuthError(code, authoritySentence(body, answer.status, refused.secrets), {
    error: id(body?.error),
    suberror: id(body?.suberror),
    claims: body?.claims,
    aadsts: numbers,
    status: answer.status,
    correlationId: id(body?.correlationId) ?? refused.correlationId,
    traceId: id(body?.traceId),
    reason: known?.cause,
    hint: known?.nextStep,
    retryAfterSeconds:
      retryAfterSeconds(answer.headers, now) ?? (isLoop({ aadsts: numbers }) ? loopPauseSeconds : undefined),
  });
}

/** How long nobody is asked again where the authority saw a loop and names no time: as long as MSAL holds back. */
const loopPauseSeconds = 60;

/**
 * An authorize answer that is an error (RFC 6749 section 4.1.2.1). Entra writes the AADSTS number and the ids into its
 * description, and leaves even that out when somebody chose to cancel.
 */
export function authorizeRefusal(answer: AuthorizeResponse): AuthError {
  const errorDescription = answer.get('error_description') ?? '';
  const number = /^AADSTS(\d{1,9})\b/.exec(errorDescription)?.[1];
  const errorCodes = number === undefined ? [] : [Number(number)];
  const suberror = answer.get('error_subcode');
  const body = { error: answer.get('error') ?? '', errorDescription, errorCodes, ...(suberror && { suberror }) };
  const known = errorCodes.map(aadstsByCode).find((entry) => entry !== undefined);
  return new AuthError(codeOf(body, 400, 'stored'), authoritySentence(body, 400, []), {
    error: body.error,
    suberror,
    aadsts: errorCodes,
    correlationId: idIn(errorDescription, 'Correlation ID'),
    traceId: idIn(errorDescription, 'Trace ID'),
    reason:
      known?.cause ?? (body.error === 'access_denied' ? 'Whoever was to sign in declined or cancelled.' : undefined),
    hint: known?.nextStep,
  });
}

const idIn = (description: string, name: 'Correlation ID' | 'Trace ID'): string | undefined =>
  new RegExp(`\\b${name}: ([0-9a-f-]{36})\\b`, 'i').exec(description)?.[1];

function codeOf(body: OAuthError, status: number, grant: 'credentials' | 'stored'): AuthErrorCode {
  // For users 50196 comes as `invalid_grant`, though their sign-in is as good as before.
  if (status === 429 || isLoop({ aadsts: body.errorCodes })) return 'throttled';
  const bySuberror = body.suberror === undefined ? undefined : own(codeOfSuberror, body.suberror);
  if (bySuberror) return bySuberror;
  if (body.error === 'invalid_grant' && grant === 'credentials') return 'credentials_refused';
  return own(codeOfOAuthError, body.error) ?? (status >= 500 ? 'service_unavailable' : 'request_refused');
}

const own = <Value>(table: Readonly<Record<string, Value>>, name: string): Value | undefined =>
  Object.hasOwn(table, name) ? table[name] : undefined;

function authoritySentence(body: OAuthError | undefined, status: number, secrets: readonly Secret[]): string {
  if (!body) return `The authority answered with HTTP ${status} and ${unexplained(status)}.`;
  const description = body.errorDescription.split(/\s*(?:Trace ID:|[\r\n])/, 1)[0]?.trim() ?? '';
  const error = quoted(withoutSecrets(body.error, secrets), longestId);
  const said = `${error}. ${quoted(withoutSecrets(description, secrets, shortestInServerText))}`;
  return `The authority refused the request: ${said}`.trim();
}

const unexplained = (status: number): string => (status < 400 ? 'nothing that can be used' : 'no error it explains');

/** A refusal of the token service or of another Partner Center API. */
export function partnerRefusal(refused: Refused & { body: PartnerError | undefined; requestId: string }): AuthError {
  const { answer, body, now } = refused;
  const known = body && partnerCode(body.code);
  const { cause, nextStep } = adviceOf(answer.status, body, known);
  const code = (body && own(codeOfPartnerCode, body.code)) ?? codeOfStatus(answer.status);
  const id = (value: string | null | undefined) => value && quoted(withoutSecrets(value, refused.secrets), longestId);
  const text = (value: string) => quoted(withoutSecrets(value, refused.secrets, shortestInServerText));
  const said = body
    ? `${id(body.code)}: ${text(body.description) || known?.meaning || 'no description'}`
    : unexplained(answer.status);
  const fields = body && body.data.length > 0 ? ` (${text(body.data.join(', '))})` : '';
  const message = `Partner Center refused the request with HTTP ${answer.status} and ${said}${fields}`;
  return new AuthError(code, message, {
    partnerCode: id(body?.code) ?? undefined,
    status: answer.status,
    correlationId: id(answer.headers.get('ms-correlationid')) ?? refused.correlationId,
    requestId: id(answer.headers.get('ms-requestid')) ?? refused.requestId,
    reason: cause,
    hint: nextStep,
    retryAfterSeconds: retryAfterSeconds(answer.headers, now),
  });
}

/** What the code's entry says, unless the answer itself says more. */
function adviceOf(
  status: number,
  body: PartnerError | undefined,
  known: PartnerCodeEntry | undefined,
): Partial<Pick<PartnerCodeEntry, 'cause' | 'nextStep'>> {
  if (status === 429) return { nextStep: 'Wait as long as Retry-After says, then ask again.' };
  return known?.saidByService && body && body.data.length > 0 ? {} : (known ?? {});
}

/** In what a server says freely, short secrets are looked for too; in our own words they would be found by chance. */
const shortestInServerText = 4;

/**
 * A server may repeat what it was sent; a message must not. Each secret of `shortest` characters or more is looked for,
 * in its encoded forms too; default 8: a shorter one ("wrong") is a word of our own sentences.
 */
export function withoutSecrets(text: string, secrets: readonly Secret[], shortest = 8): string {
  return secrets.reduce((safe, secret) => {
    const value = secret.reveal();
    if (value.length < shortest) return safe;
    const forms = [
      value,
      encodeURIComponent(value),
      new URLSearchParams([['', value]]).toString().slice(1),
      Buffer.from(value).toString('base64'),
      Buffer.from(value).toString('base64url'),
    ];
    return forms.reduce((result, form) => result.replaceAll(form, '[redacted]'), safe);
  }, text);
}
