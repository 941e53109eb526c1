import { CheckTrail } from '../../base/check-trail.ts';
import type { Clock } from '../../base/clock.ts';
import { isGuid } from '../../base/guid.ts';
import type { Random } from '../../base/random.ts';
import { ConnectionCut, type Handler, type HttpReply, type HttpRequest } from '../../http/message.ts';
import { type AadstsEntry, aadsts, aadstsByCode } from '../../protocol/aadsts.ts';
import { encodeOAuthError, entraTimestamp } from '../../protocol/oauth-error.ts';
import { encodeGatewayError, encodePartnerError } from '../../protocol/partner-error.ts';
import { isControlPath } from '../control/paths.ts';
import { endpointAt } from './endpoints.ts';
import type { Fault } from './fault.ts';
import type { FaultBook } from './fault-book.ts';

export interface FaultContext {
  readonly faults: FaultBook;
  readonly clock: Clock;
  readonly random: Random;
  /** Resolves after so many milliseconds of the machine's time, or when the sandbox stops. */
  readonly wait: (milliseconds: number) => Promise<void>;
}

/** In front of everything but the control API, which has to stay able to remove a fault. */
export const withFaults =
  (context: FaultContext, handler: Handler): Handler =>
  async (request) => {
    const fault = isControlPath(request.path) ? undefined : context.faults.take(request.path);
    if (!fault) return handler(request);
    if (fault.delay !== undefined) await context.wait(fault.delay);
    if (fault.drop) throw new ConnectionCut();
    const reply = faultyReply(context, fault, request);
    return reply ? { ...reply, course: { trail: new CheckTrail(faultChecks) } } : handler(request);
  };

/** What an answer of a fault was refused by: nothing behind it was asked. */
const faultChecks = { fault: 'No fault that is set in this sandbox answers in its place' } as const;

function faultyReply(context: FaultContext, fault: Fault, request: HttpRequest): HttpReply | undefined {
  if (fault.error !== undefined) return entraReply(context, aadstsOf(fault.error) ?? aadsts.internalError, request);
  if (fault.throttle) return throttled(context, fault.throttle.retryAfter ?? defaultRetryAfter, request);
  if (fault.status === undefined) return undefined;
  const text = typeof fault.body === 'string' || fault.body === undefined;
  const headers = Object.entries(fault.headers ?? {});
  const typed = headers.some(([name]) => name.toLowerCase() === 'content-type');
  const contentType = text ? 'text/plain; charset=utf-8' : 'application/json; charset=utf-8';
  return {
    status: fault.status,
    headers: [...(typed ? [] : [['Content-Type', contentType] as const]), ...headers],
    body: text ? String(fault.body ?? '') : JSON.stringify(fault.body),
  };
}

const defaultRetryAfter = 1;

/** `50196` and `AADSTS50196` alike. */
export const aadstsOf = (code: string | number): AadstsEntry | undefined =>
  aadstsByCode(Number(String(code).replace(/^AADSTS/i, '')));

/** Each host refuses too many requests in its own words. */
function throttled(context: FaultContext, retryAfter: number, request: HttpRequest): HttpReply {
  const after = (reply: HttpReply): HttpReply => ({
    ...reply,
    headers: [...reply.headers, ['Retry-After', String(retryAfter)]],
  });
  const message = 'Too many requests. Wait as long as Retry-After says.';
  switch (endpointAt(request.path)) {
    case 'generatetoken':
    case 'customers': {
      const error = { code: '800002', description: message, data: [], source: 'partner-auth' };
      return after(json(429, encodePartnerError(error, 'application/json')));
    }
    case 'referrals':
      return after(json(429, encodeGatewayError({ statusCode: 429, message })));
    default:
      return after(entraReply(context, aadsts.tenantThrottled, request));
  }
}

function entraReply({ clock, random }: FaultContext, entry: AadstsEntry, request: HttpRequest): HttpReply {
  const now = clock.now();
  const traceId = random.guid();
  const [asked = ''] = request.headers('client-request-id');
  const correlationId = isGuid(asked) ? asked : random.guid();
  // What the sentence would say of the request is not looked for: the request never got there.
  const message = entry.message.replace(/\{(\w+)\}/g, '$1');
  const isV1 = /\/oauth2\/token$/i.test(request.path);
  const stamp = `Trace ID: ${traceId} Correlation ID: ${correlationId} Timestamp: ${entraTimestamp(now)}`;
  const body = encodeOAuthError({
    error: (isV1 ? entry.v1Error : undefined) ?? entry.error,
    errorDescription: `AADSTS${entry.code}: ${message} ${stamp}`,
    errorCodes: [entry.code],
    timestamp: now,
    traceId,
    correlationId,
    ...(entry.hasPage ? { errorUri: `${request.origin}/error?code=${entry.code}` } : {}),
    ...(entry.suberror === undefined ? {} : { suberror: entry.suberror }),
  });
  const reply = json(entry.status, body);
  return { ...reply, headers: [...reply.headers, ['x-ms-request-id', traceId]] };
}

const json = (status: number, body: string): HttpReply => ({
  status,
  headers: [
    ['Content-Type', 'application/json; charset=utf-8'],
    ['Cache-Control', 'no-store'],
  ],
  body,
});
