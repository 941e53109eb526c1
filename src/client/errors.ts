import { PartnerAuthError } from '../base/error.ts';

/**
 * Every way a call of the client can fail, and what a program may do about it. The code is stable; AADSTS numbers are
 * for people (Microsoft: do not branch on them).
 */
export const errorCodes = {
  /** The parameters fit no set, or two, or one of them cannot be read. */
  invalid_parameters: {},
  /** The parameter set is understood and not built yet. */
  not_supported: {},
  /** The cloud does not offer the resource. */
  resource_not_offered: {},
  /** A given token cannot be read as a JWT. */
  token_unreadable: {},
  token_expired: { interactionRequired: true },
  /** A given token is for another resource than the scopes ask for. */
  audience_mismatch: {},
  /** No sandbox has left its environment file where it was looked for. */
  sandbox_not_found: {},
  /** A file, an address or a variable of the set-up cannot be used. */
  configuration: {},
  /** The token store's folder or files are not safe to use. */
  store_refused: {},
  store_damaged: {},
  /** The token store cannot be read or written just now: a full or read-only disk, a database that does not answer. */
  store_unavailable: {},
  /** The token store's key is missing, unreadable or another one. */
  store_key: {},
  /** No certificate with the thumbprint is in the certificate folders. */
  certificate_not_found: {},
  /** A certificate or its key is out of its time, incomplete, unreadable or of a kind the authority does not take. */
  certificate_unusable: {},
  /** Wrong secret, wrong password. */
  credentials_refused: {},
  /** The application is unknown, blocked or not allowed to use this flow. */
  application_refused: {},
  consent_needed: { interactionRequired: true },
  sign_in_needed: { interactionRequired: true },
  mfa_needed: { interactionRequired: true },
  /** The service does not take tokens for this audience (900420). */
  audience_refused: {},
  /** Authenticated, and not allowed. */
  access_refused: {},
  /** The service does not accept the bearer. */
  bearer_refused: {},
  /** The service has nothing at the address. */
  not_found: {},
  /** Nothing is stored or known here under the name or code given. */
  nothing_found: {},
  /** Any other refusal: the request itself is at fault. */
  request_refused: {},
  throttled: { retryable: true },
  service_unavailable: { retryable: true },
  timed_out: { retryable: true },
  network: { retryable: true },
  /** The server's certificate is not trusted. */
  tls: {},
  /** The server answered with a redirect; credentials follow none. */
  redirect_refused: {},
  answer_unreadable: {},
  /** The authority's metadata names another issuer, or leads elsewhere. */
  metadata_refused: {},
  /** The caller's signal ended the call. */
  aborted: {},
} as const satisfies Record<string, { readonly retryable?: true; readonly interactionRequired?: true }>;

export type AuthErrorCode = keyof typeof errorCodes;

export interface AuthErrorDetails {
  /** OAuth's `error` as the authority sent it. */
  readonly error?: string | undefined;
  readonly suberror?: string | undefined;
  /** A claims challenge, to be handed back in the next request. */
  readonly claims?: string | undefined;
  /** AADSTS numbers: for people. */
  readonly aadsts?: readonly number[] | undefined;
  /** Partner Center's code, such as 900421. */
  readonly partnerCode?: string | undefined;
  readonly status?: number | undefined;
  readonly correlationId?: string | undefined;
  readonly traceId?: string | undefined;
  readonly requestId?: string | undefined;
  /** Why this happens. */
  readonly reason?: string | undefined;
  /** What to do next. */
  readonly hint?: string | undefined;
  readonly retryAfterSeconds?: number | undefined;
  readonly detail?: string | undefined;
  readonly cause?: unknown;
}

/** What every function of the client throws. Nothing in it is a secret. */
export class AuthError extends PartnerAuthError<AuthErrorCode> {
  override readonly name = 'AuthError';
  /** The same call may succeed later; see `retryAfterSeconds`. */
  readonly retryable: boolean;
  /** Only a person signing in can help. */
  readonly interactionRequired: boolean;
  readonly error: string | undefined;
  readonly suberror: string | undefined;
  readonly claims: string | undefined;
  readonly aadsts: readonly number[];
  readonly partnerCode: string | undefined;
  readonly status: number | undefined;
  readonly correlationId: string | undefined;
  readonly traceId: string | undefined;
  readonly requestId: string | undefined;
  readonly reason: string | undefined;
  readonly hint: string | undefined;
  readonly retryAfterSeconds: number | undefined;

  constructor(code: AuthErrorCode, message: string, details: AuthErrorDetails = {}) {
    super(code, message, { detail: details.detail, cause: details.cause });
    const entry: { readonly retryable?: true; readonly interactionRequired?: true } = errorCodes[code];
    this.retryable = entry.retryable === true;
    this.interactionRequired = entry.interactionRequired === true;
    this.error = details.error;
    this.suberror = details.suberror;
    this.claims = details.claims;
    this.aadsts = details.aadsts ?? [];
    this.partnerCode = details.partnerCode;
    this.status = details.status;
    this.correlationId = details.correlationId;
    this.traceId = details.traceId;
    this.requestId = details.requestId;
    this.reason = details.reason;
    this.hint = details.hint;
    this.retryAfterSeconds = details.retryAfterSeconds;
  }
}

/** An error as it is stored or printed: what a program and a person need of it again. */
export interface AuthErrorJson extends Omit<AuthErrorDetails, 'detail' | 'cause'> {
  readonly code: AuthErrorCode;
  readonly message: string;
}

export function authErrorJson(error: AuthError): AuthErrorJson {
  const { code, message, claims, aadsts, partnerCode, status, correlationId, traceId, requestId } = error;
  const ids = { claims, aadsts, partnerCode, status, correlationId, traceId, requestId };
  const { suberror, reason, hint, retryAfterSeconds } = error;
  return { code, message, error: error.error, suberror, ...ids, reason, hint, retryAfterSeconds };
}

export const authErrorOfJson = ({ code, message, ...details }: AuthErrorJson): AuthError =>
  new AuthError(code, message, details);
