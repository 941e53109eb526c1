import { type Attributes, type Span, type SpanContext, SpanStatusCode } from '@opentelemetry/api';
import { parseTraceParent } from '@opentelemetry/core';
import { type HttpReply, type HttpRequest, soleHeader } from '../../../http/message.ts';
import { generateTokenPaths } from '../../../protocol/generate-token.ts';
import { apiAt, type TokenServiceContext } from '../../../token-service/index.ts';
import { redact } from '../../log.ts';

/**
 * What a request's span says: OpenTelemetry's conventions for HTTP servers, and a few names of our own. Text of the caller's
 * passes the log's redaction; its query and its headers are not looked at.
 */

export const own = {
  api: 'partner_auth.api',
  requestId: 'partner_auth.request_id',
  correlationId: 'partner_auth.correlation_id',
  replayed: 'partner_auth.replayed',
  code: 'partner_auth.code',
  check: 'partner_auth.check',
  algorithm: 'partner_auth.algorithm',
} as const;

const methods: ReadonlySet<string> = new Set(['GET', 'HEAD', 'POST', 'PUT', 'PATCH', 'DELETE', 'OPTIONS']);

const routeOf = (path: string): string | undefined => {
  const api = apiAt(path);
  return api && generateTokenPaths[api];
};

/** A name for few kinds of requests, whatever is asked for: `POST /v3/generatetoken`. */
export function nameOf({ method, path }: HttpRequest): string {
  const route = routeOf(path);
  const known = methods.has(method) ? method : 'HTTP';
  return route ? `${known} ${route}` : known;
}

/** Where callers ask. */
export function serverOf(issuer: string): Attributes {
  const { protocol, hostname, port } = new URL(issuer);
  return {
    'url.scheme': protocol.slice(0, -1),
    'server.address': hostname,
    'server.port': port === '' ? 443 : Number(port),
  };
}

export function askedOf({ method, path, remoteAddress }: HttpRequest): Attributes {
  const route = routeOf(path);
  return {
    ...(methods.has(method)
      ? { 'http.request.method': method }
      : { 'http.request.method': '_OTHER', 'http.request.method_original': redact(method) }),
    ...(route ? { 'http.route': route } : {}),
    'url.path': redact(path),
    'client.address': remoteAddress,
  };
}

/** What a caller did wrong is no error of this service. */
export function describeReply(span: Span, { status, headers, course }: HttpReply): void {
  const told = (name: string) => redact(headers.find(([header]) => header === name)?.[1] ?? '');
  const stopped = course?.trail.judged().find(({ result }) => result === 'stopped')?.name;
  span.setAttributes({
    'http.response.status_code': status,
    [own.requestId]: told('MS-RequestId'),
    [own.correlationId]: told('MS-CorrelationId'),
    ...(stopped === undefined ? {} : { [own.check]: stopped }),
  });
  if (status >= 500) span.setStatus({ code: SpanStatusCode.ERROR }).setAttribute('error.type', String(status));
}

type Answered = Parameters<TokenServiceContext['metrics']['answered']>[0];

export const outcomeOf = ({ api, code, replayed }: Answered): Attributes => ({
  [own.api]: api,
  [own.replayed]: replayed,
  ...(code === '' ? {} : { [own.code]: code }),
});

/** The caller's span by its one `traceparent`. `tracestate` is passed on to nobody here, so it is not read. */
export function callerOf(request: HttpRequest): SpanContext | undefined {
  const parsed = parseTraceParent(soleHeader(request, 'traceparent') ?? '');
  return parsed ? { ...parsed, isRemote: true } : undefined;
}
