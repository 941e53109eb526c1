import { utf8Text } from '../../base/bytes.ts';
import type { Clock } from '../../base/clock.ts';
import { isGuid } from '../../base/guid.ts';
import { isJsonObject, ownText, strictJson } from '../../base/json.ts';
import { type FlowEndpoint, flowEndpoints, type ReceivedRequest } from '../../domain/index.ts';
import { ConnectionCut, type Handler, type HttpReply, type HttpRequest, soleHeader } from '../../http/message.ts';
import { parseCompactJws } from '../../jwt/index.ts';
import { decodeBasicCredentials } from '../../protocol/client-auth.ts';
import { mediaTypeOf } from '../../protocol/media-type.ts';
import { isControlPath } from '../control/paths.ts';
import { endpointAt } from '../faults/endpoints.ts';
import type { Redaction } from './redaction.ts';
import type { RequestLog } from './request-log.ts';

export interface RecordContext {
  readonly requests: RequestLog;
  readonly redaction: Redaction;
  readonly clock: Clock;
  /** The machine's milliseconds, from any beginning. */
  readonly elapsed: () => number;
}

/** Outside everything but the control API's own requests: what was received, and what became of it. */
export const recorded =
  (context: RecordContext, handler: Handler): Handler =>
  async (request) => {
    if (isControlPath(request.path)) return handler(request);
    const began = context.elapsed();
    const received = receivedRequest(context, request);
    const end = context.requests.add(received);
    const duration = () => ({ durationMilliseconds: Math.round(context.elapsed() - began) });
    try {
      const reply = await handler(request);
      const { course } = reply;
      const correlationId = course?.correlationId ?? received.correlationId ?? correlationIdOf(reply);
      end({
        ...duration(),
        outcome: 'answered',
        status: reply.status,
        errorCodes: errorCodesOf(reply),
        ...defined({
          correlationId: correlationId && context.redaction.text(correlationId),
          checks: course?.trail.judged(),
          message: messageOf(context, received, reply),
        }),
      });
      return reply;
    } catch (cause) {
      end({ ...duration(), outcome: cause instanceof ConnectionCut ? 'cut' : 'failed' });
      throw cause;
    }
  };

function receivedRequest({ clock, redaction }: RecordContext, request: HttpRequest): Omit<ReceivedRequest, 'id'> {
  const query = new URLSearchParams(request.query);
  const form = formOf(request);
  const authorization = request.headers('authorization').join(', ');
  const cookie = request.headers('cookie').join('; ');
  const who = callerOf(request, form.get('client_id') ?? query.get('client_id') ?? undefined);
  const correlationId =
    soleHeader(request, 'client-request-id') ??
    soleHeader(request, 'ms-correlationid') ??
    query.get('client-request-id') ??
    form.get('client-request-id') ??
    undefined;
  return {
    time: clock.now().toISOString(),
    method: request.method,
    path: redaction.path(request.path),
    query: parametersOf(redaction, query),
    form: parametersOf(redaction, form),
    ...defined({
      authorization: authorization === '' ? undefined : schemeOf(redaction, authorization),
      cookie: cookie === '' ? undefined : redaction.secret(cookie),
      contentType: redaction.text(soleHeader(request, 'content-type') ?? '') || undefined,
      userAgent: redaction.text(soleHeader(request, 'user-agent') ?? '') || undefined,
      correlationId: correlationId && redaction.text(correlationId),
      clientId: isGuid(who.clientId ?? '') ? who.clientId : undefined,
      tenant: who.tenant && redaction.text(who.tenant),
      endpoint: flowEndpointAt(request.path),
    }),
    outcome: 'underWay',
    errorCodes: [],
  };
}

function flowEndpointAt(path: string): FlowEndpoint | undefined {
  const endpoint = endpointAt(path);
  return flowEndpoints.find((one) => one === endpoint);
}

const most = 40;

function parametersOf(redaction: Redaction, parameters: URLSearchParams): Readonly<Record<string, string>> {
  return Object.fromEntries([...parameters].slice(0, most).map(([name, value]) => redaction.parameter(name, value)));
}

function formOf(request: HttpRequest): URLSearchParams {
  const isForm = mediaTypeOf(soleHeader(request, 'content-type') ?? '') === 'application/x-www-form-urlencoded';
  return new URLSearchParams((isForm && request.body && utf8Text(request.body)) || '');
}

/** `Basic [redacted …]`; a scheme nobody knows may be a credential without one. */
function schemeOf(redaction: Redaction, authorization: string): string {
  const [, scheme, rest] = /^(Basic|Bearer|PoP|DPoP) +(.*)$/is.exec(authorization) ?? [];
  return scheme === undefined ? redaction.secret(authorization) : `${scheme} ${redaction.secret(rest ?? '')}`;
}

/** The client and tenant a request names, none of it proven. */
function callerOf(request: HttpRequest, clientId: string | undefined): { clientId?: string; tenant?: string } {
  const authorization = soleHeader(request, 'authorization') ?? '';
  const bearer = /^Bearer +(\S+)$/i.exec(authorization)?.[1];
  const claims = (bearer === undefined ? undefined : parseCompactJws(bearer)?.claims) ?? {};
  const client = clientId ?? ownText(claims, 'appid') ?? ownText(claims, 'azp') ?? basicClient(authorization);
  const inPath = /^\/([^/]+)\/(?:oauth2|v2\.0|discovery|\.well-known|userrealm)(?:\/|$)/i.exec(request.path)?.[1];
  const tenant = inPath ?? ownText(claims, 'tid');
  return { ...(client === undefined ? {} : { clientId: client }), ...(tenant === undefined ? {} : { tenant }) };
}

function basicClient(authorization: string): string | undefined {
  try {
    return decodeBasicCredentials(authorization)?.clientId;
  } catch {
    return undefined;
  }
}

/** Enough to find the codes in: in JSON they come first, and in a page before anything long. */
const searched = 16_384;

function errorCodesOf({ status, headers, body }: HttpReply): readonly string[] {
  if (status < 300) return [];
  const location = headers.find(([name]) => name.toLowerCase() === 'location')?.[1] ?? '';
  const text = status < 400 ? decoded(location) : body.slice(0, searched);
  const aadsts = [...text.matchAll(/AADSTS(\d{4,9})/g)].map(([code]) => code);
  const json = aadsts.length > 0 || status < 400 ? undefined : strictJson(body.slice(0, searched));
  const partner = isJsonObject(json) ? (ownText(json, 'code') ?? undefined) : /<code>(\d+)<\/code>/.exec(text)?.[1];
  return [...new Set([...aadsts, ...(partner === undefined ? [] : [partner])])].slice(0, 8);
}

/** The partner host's gateway has no codes; its sentences repeat nothing but an id of the path. */
function messageOf({ redaction }: RecordContext, { endpoint }: Partial<ReceivedRequest>, { status, body }: HttpReply) {
  if (endpoint !== 'referrals' || status < 400) return undefined;
  const json = strictJson(body.slice(0, searched));
  const message = isJsonObject(json) ? ownText(json, 'message') : undefined;
  return message && redaction.text(message);
}

function correlationIdOf({ headers, body, status }: HttpReply): string | undefined {
  const header = headers.find(([name]) => /^(client-request-id|ms-correlationid)$/i.test(name))?.[1];
  if (header !== undefined || status < 400) return header;
  const json = strictJson(body.slice(0, searched));
  return isJsonObject(json) ? ownText(json, 'correlation_id') : undefined;
}

function decoded(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}

const defined = <Value extends object>(value: Value) =>
  Object.fromEntries(Object.entries(value).filter(([, member]) => member !== undefined)) as {
    [Name in keyof Value]?: NonNullable<Value[Name]>;
  };
