import { isJsonObject, ownText, strictJson } from '../base/json.ts';

/** The error body of Entra's token endpoints: RFC 6749 section 5.2 and Entra's own members, in the order it sends them. */
export interface OAuthError {
  readonly error: string;
  readonly errorDescription: string;
  /** AADSTS numbers. */
  readonly errorCodes: readonly number[];
  readonly timestamp?: Date;
  readonly traceId?: string;
  readonly correlationId?: string;
  readonly errorUri?: string;
  readonly suberror?: string;
  /** v1, with an expired password. */
  readonly passwordChangeUrl?: string;
  /** A claims challenge, itself JSON as text. */
  readonly claims?: string;
}

/** `2026-11-21 08:59:27Z`: Entra's timestamp, in UTC to the second. */
export const entraTimestamp = (instant: Date): string => `${instant.toISOString().slice(0, 19).replace('T', ' ')}Z`;

export function encodeOAuthError(error: OAuthError): string {
  return JSON.stringify({
    error: error.error,
    error_description: error.errorDescription,
    error_codes: error.errorCodes,
    timestamp: error.timestamp && entraTimestamp(error.timestamp),
    trace_id: error.traceId,
    correlation_id: error.correlationId,
    error_uri: error.errorUri,
    suberror: error.suberror,
    password_change_url: error.passwordChangeUrl,
    claims: error.claims,
  });
}

/** Undefined when the text is no OAuth error (a proxy's page, an empty body): the caller still has the status. */
export function decodeOAuthError(text: string): OAuthError | undefined {
  const body = strictJson(text);
  if (!isJsonObject(body)) return undefined;
  const error = ownText(body, 'error');
  if (error === undefined) return undefined;
  const timestamp = timestampOf(ownText(body, 'timestamp'));
  const texts = {
    traceId: ownText(body, 'trace_id'),
    correlationId: ownText(body, 'correlation_id'),
    errorUri: ownText(body, 'error_uri'),
    suberror: ownText(body, 'suberror'),
    passwordChangeUrl: ownText(body, 'password_change_url'),
    claims: ownText(body, 'claims'),
  };
  return {
    error,
    errorDescription: ownText(body, 'error_description') ?? '',
    errorCodes: Array.isArray(body.error_codes) ? body.error_codes.filter((code) => Number.isSafeInteger(code)) : [],
    ...(timestamp ? { timestamp } : {}),
    ...Object.fromEntries(Object.entries(texts).filter(([, value]) => value !== undefined)),
  };
}

function timestampOf(text: string | undefined): Date | undefined {
  if (!text || !/^\d{4}-\d{2}-\d{2} \d{2}:\d{2}:\d{2}Z$/.test(text)) return undefined;
  const instant = new Date(text.replace(' ', 'T'));
  return Number.isNaN(instant.getTime()) ? undefined : instant;
}
