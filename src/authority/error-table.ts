import { PartnerAuthError } from '../base/error.ts';
import { type AadstsEntry, type AadstsName, aadsts } from '../protocol/aadsts.ts';
import { encodeOAuthError, entraTimestamp, type OAuthError } from '../protocol/oauth-error.ts';
import type { TokenEndpointVersion } from '../protocol/token-request.ts';

type Values = Readonly<Record<string, string>>;

/** A refusal, by its name in the table of codes, with what fills the placeholders of its sentence. */
export class AuthorityError extends PartnerAuthError<AadstsName> {
  override readonly name = 'AuthorityError';
  readonly entry: AadstsEntry;
  /** Where an endpoint says something else than the table: discovery calls an unknown tenant `invalid_tenant`. */
  readonly differing: { readonly error?: string; readonly status?: number };

  readonly #values: Values;

  constructor(
    code: AadstsName,
    values: Values = {},
    options: { differing?: AuthorityError['differing']; detail?: string; cause?: unknown } = {},
  ) {
    const entry: AadstsEntry = aadsts[code];
    super(code, filled(entry.message, values), options);
    this.entry = entry;
    this.differing = options.differing ?? {};
    this.#values = values;
  }

  /** The same refusal, said differently by one endpoint. */
  refined(differing: AuthorityError['differing']): AuthorityError {
    return new AuthorityError(this.code, this.#values, { differing, cause: this });
  }
}

const longestValue = 256;
/** Control characters, and what turns the direction of text: a value from the request must not forge a line of a log. */
const unprintable = /[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]/gu;

/** One pass: what comes from the request is never read as a placeholder itself. */
const filled = (message: string, values: Values): string =>
  message.replace(/\{(\w+)\}/g, (_, name: string) => neutral(values[name] ?? ''));

function neutral(value: string): string {
  const printable = value
    .slice(0, 4 * longestValue)
    .replace(unprintable, '')
    .toWellFormed();
  return printable.length > longestValue ? `${printable.slice(0, longestValue)}…` : printable;
}

/** What an error answer is written from besides the error. */
export interface ErrorPlace {
  readonly origin: string;
  readonly version: TokenEndpointVersion;
  readonly traceId: string;
  readonly correlationId: string;
  readonly now: Date;
}

export const errorStatus = ({ differing, entry }: AuthorityError): number => differing.status ?? entry.status;

export function errorBody(error: AuthorityError, place: ErrorPlace): string {
  const { entry, differing } = error;
  const { traceId, correlationId, now, version, origin } = place;
  const body: OAuthError = {
    error: differing.error ?? (version === 'v1' ? entry.v1Error : undefined) ?? entry.error,
    errorDescription: `AADSTS${entry.code}: ${error.message} Trace ID: ${traceId} Correlation ID: ${correlationId} Timestamp: ${entraTimestamp(now)}`,
    errorCodes: [entry.code],
    timestamp: now,
    traceId,
    correlationId,
    ...(entry.hasPage ? { errorUri: `${origin}/error?code=${entry.code}` } : {}),
    ...(entry.suberror === undefined ? {} : { suberror: entry.suberror }),
    ...(version === 'v1' && entry.passwordChangeUrl ? { passwordChangeUrl: entry.passwordChangeUrl } : {}),
  };
  return encodeOAuthError(body);
}
