import type { CheckTrail } from '../base/check-trail.ts';
import { isGuid } from '../base/guid.ts';
import { type HttpReply, type HttpRequest, soleHeader } from '../http/message.ts';
import type { TokenEndpointVersion } from '../protocol/token-request.ts';
import { WireError } from '../protocol/wire-error.ts';
import type { AuthorityContext } from './context.ts';
import { AuthorityError, errorBody, errorStatus } from './error-table.ts';
import { isEntraOrigin } from './issuers.ts';

/** One call of an endpoint: the request and what its answer, whichever it is, must carry. */
export interface Call {
  readonly http: HttpRequest;
  readonly version: TokenEndpointVersion;
  /** The tenant as it stands in the path, in lower case. */
  readonly tenant: string;
  readonly traceId: string;
  readonly now: Date;
  /** The caller's `client-request-id`, or one made here. */
  correlationId: string;
  /** The origin of the web page that may read the answer, once it is known (Fetch, CORS protocol). */
  allowedOrigin?: string;
  /** How far the request has come, where an endpoint says so. */
  trail?: Pick<CheckTrail, 'judged'>;
}

export type Endpoint = (context: AuthorityContext, call: Call) => Promise<HttpReply>;

export interface Place {
  readonly http: HttpRequest;
  readonly version: TokenEndpointVersion;
  readonly tenant: string;
  /** How a refusal is told; default: as Entra's JSON. */
  readonly refuse?: (call: Call, error: AuthorityError) => HttpReply;
}

/** Runs an endpoint and turns whatever it throws into Entra's error answer: JSON on every status. */
export async function answer(
  context: AuthorityContext,
  endpoint: Endpoint,
  { refuse = refusal, ...place }: Place,
): Promise<HttpReply> {
  const { http } = place;
  const call: Call = {
    ...place,
    tenant: place.tenant.toLowerCase(),
    traceId: context.random.guid(),
    now: context.clock.now(),
    correlationId: correlationIdOf(http) ?? context.random.guid(),
  };
  let reply: HttpReply;
  try {
    requireOneHost(http);
    reply = await endpoint(context, call);
  } catch (thrown) {
    const error = authorityErrorOf(context, call, thrown);
    const { version, traceId, correlationId } = call;
    // The name and the number, not the sentence: what stands in it came from the request and may be a secret misplaced.
    const detail = { refusal: error.code, number: error.entry.code, version, traceId, correlationId };
    context.log.info('the authority refused', detail);
    reply = refuse(call, error);
  }
  const own = new Set(reply.headers.map(([name]) => name));
  const headers = [...headersOf(call).filter(([name]) => !own.has(name)), ...reply.headers];
  const { trail, correlationId } = call;
  return { ...reply, headers, ...(trail === undefined ? {} : { course: { correlationId, trail } }) };
}

/** Two Host headers let two readers of a request see different origins. */
function requireOneHost(http: HttpRequest): void {
  if (http.headers('host').length > 1) {
    throw new AuthorityError('invalidRequest', { reason: 'The Host header is given more than once.' });
  }
}

function authorityErrorOf(context: AuthorityContext, call: Call, thrown: unknown): AuthorityError {
  if (thrown instanceof AuthorityError) return thrown;
  if (thrown instanceof WireError) {
    return thrown.code === 'repeated'
      ? new AuthorityError('repeatedParameter', { parameter: thrown.field ?? '' })
      : new AuthorityError('invalidRequest', { reason: thrown.message });
  }
  context.log.warn('The authority failed', { path: call.http.path, traceId: call.traceId, reason: reasonOf(thrown) });
  return new AuthorityError('internalError', {}, { cause: thrown });
}

const reasonOf = (thrown: unknown): string =>
  thrown instanceof Error ? (thrown.stack ?? thrown.message) : String(thrown);

const refusal = (call: Call, error: AuthorityError): HttpReply => ({
  status: errorStatus(error),
  headers: notStored,
  body: errorBody(error, { ...call, origin: call.http.origin }),
});

/** As the Referrals document prints them. */
export const notStored: HttpReply['headers'] = [
  ['Cache-Control', 'no-cache, no-store'],
  ['Pragma', 'no-cache'],
  ['Expires', '-1'],
  ['Content-Type', 'application/json; charset=utf-8'],
];

const varyByOrigin = ['Vary', 'Origin'] as const;
const strictTransport = ['Strict-Transport-Security', 'max-age=31536000; includeSubDomains'] as const;

function headersOf(call: Call): HttpReply['headers'] {
  const echoed = soleHeader(call.http, 'return-client-request-id')?.toLowerCase() === 'true';
  const readableAt = call.allowedOrigin;
  return [
    // Entra's, for Entra's names alone: on localhost it would reach every port of every program there (RFC 6797).
    ...(isEntraOrigin(call.http.origin) ? [strictTransport] : []),
    ['X-Content-Type-Options', 'nosniff'],
    ['x-ms-request-id', call.traceId],
    ...(readableAt === undefined ? [] : [['Access-Control-Allow-Origin', readableAt] as const, varyByOrigin]),
    ...(echoed ? [['client-request-id', call.correlationId] as const] : []),
  ];
}

function correlationIdOf(http: HttpRequest): string | undefined {
  const inQuery = new URLSearchParams(http.query).get('client-request-id');
  return [soleHeader(http, 'client-request-id'), inQuery].find((value): value is string => isGuid(value ?? ''));
}
