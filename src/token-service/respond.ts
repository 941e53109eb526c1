import type { CheckTrail, Course } from '../base/check-trail.ts';
import type { HttpReply } from '../http/message.ts';
import { encodeGenerateTokenResponse, type GenerateTokenApi, generateTokenPaths } from '../protocol/generate-token.ts';
import type { ResponseMediaType } from '../protocol/media-type.ts';
import { encodePartnerError } from '../protocol/partner-error.ts';
import type { VerifiedBearer } from '../verify/index.ts';
import type { ExchangeCheck } from './checks.ts';
import type { TokenServiceContext } from './context.ts';
import type { ServiceError } from './error-table.ts';
import type { IssuedToken } from './issue.ts';
import type { RequestIds } from './request-ids.ts';

/** What is known of a request while it passes the pipeline: whatever its end, the answer is made from this. */
export interface Exchange {
  readonly ids: RequestIds;
  readonly trail: CheckTrail<ExchangeCheck>;
  api: GenerateTokenApi | undefined;
  /** Who asks, once it is proven. */
  bearer: VerifiedBearer | undefined;
  mediaType: ResponseMediaType;
  /** Set when the caller asked with `ValidateMfa: true` and the bearer is app+user. */
  mfaCompliant: boolean | undefined;
}

export function respond(context: TokenServiceContext, exchange: Exchange, token: IssuedToken): HttpReply {
  const body = encodeGenerateTokenResponse(
    { accessToken: token.accessToken, tokenType: 'Bearer', expiresInSeconds: token.expiresInSeconds },
    exchange.api ?? 'v3',
    exchange.mediaType,
  );
  const headers = headersOf(context, exchange);
  if (token.replayed) headers.push(['Idempotent-Replayed', 'true']);
  return { status: 200, headers, body, course: courseOf(exchange) };
}

export function respondError(context: TokenServiceContext, exchange: Exchange, error: ServiceError): HttpReply {
  const body = encodePartnerError(
    { code: error.entry.code, description: error.message, data: error.data, source: 'partner-auth' },
    exchange.mediaType,
  );
  const headers = [...headersOf(context, exchange), ...error.headers];
  return { status: error.entry.status, headers, body, course: courseOf(exchange) };
}

const courseOf = ({ ids: { correlationId }, trail }: Exchange): Course => ({ correlationId, trail });

function headersOf({ settings }: TokenServiceContext, exchange: Exchange): [string, string][] {
  const headers: [string, string][] = [
    ['Content-Type', `${exchange.mediaType}; charset=utf-8`],
    ['Cache-Control', 'no-store'],
    ['Pragma', 'no-cache'],
    ['Vary', 'Accept'],
    ['MS-RequestId', exchange.ids.requestId],
    ['MS-CorrelationId', exchange.ids.correlationId],
    ['X-Content-Type-Options', 'nosniff'],
  ];
  if (exchange.mfaCompliant !== undefined) headers.push(['isMfaCompliant', String(exchange.mfaCompliant)]);
  if (exchange.api === 'legacy') {
    headers.push(
      ['Deprecation', legacyDeprecated],
      ['Sunset', settings.legacySunset.toUTCString()],
      ['Link', `<${generateTokenPaths.v3}>; rel="successor-version"`],
    );
  }
  return headers;
}

/** RFC 9745: 31 August 2025, when the legacy API was deprecated. */
const legacyDeprecated = '@1756598400';
