import { AsyncLocalStorage } from 'node:async_hooks';
import { setTimeout as wait } from 'node:timers/promises';
import { type Context, ROOT_CONTEXT, type Span, SpanKind, SpanStatusCode, trace } from '@opentelemetry/api';
import { defaultResource, resourceFromAttributes } from '@opentelemetry/resources';
import { ParentBasedSampler, TraceIdRatioBasedSampler, TracerProvider } from '@opentelemetry/sdk-trace';
import type { Logger } from 'pino';
import { isPromise } from '../../../base/awaitable.ts';
import { errorCode } from '../../../base/error-code.ts';
import type { Handler, HttpReply, HttpRequest } from '../../../http/message.ts';
import type { ServiceLog, TokenServiceContext } from '../../../token-service/index.ts';
import { BearerError } from '../../../verify/index.ts';
import { version } from '../../version.ts';
import { headersIn, type ProductionConfig } from '../config-schema.ts';
import { askedOf, callerOf, describeReply, nameOf, serverOf } from './request-span.ts';
import { type SpanExport, type SpanLoss, spanExport } from './span-export.ts';
import { type SpanMaker, tracedFetch, tracedPorts } from './traced-ports.ts';

/**
 * OpenTelemetry spans of exchanges. Nothing of an exchange knows of them: its ports are wrapped, and what is under way is
 * found by the asynchronous context. This folder is loaded only where tracing is configured, and registers nothing globally.
 */
export interface Tracing {
  /** The exchange with a span for each request, and one below it for whatever takes time. */
  traced(service: TokenServiceContext, handlerOf: (service: TokenServiceContext) => Handler): Handler;
  /** A fetch of an issuer's keys as a span of the exchange that caused it. */
  fetching(fetchKeys: typeof fetch): typeof fetch;
  /** The log with `trace_id` and `span_id` in lines about an exchange. */
  joining(log: Logger): ExchangeLog;
  /** Sends what was not sent; gives up after so many seconds. */
  close(seconds: number): Promise<void>;
}

export interface ExchangeLog extends ServiceLog {
  warn(fields: object, message: string): void;
}

export interface TracingOptions {
  readonly settings: NonNullable<ProductionConfig['tracing']>;
  /** The address callers ask at. */
  readonly issuer: string;
  /** Of this process. */
  readonly instanceId: string;
  readonly log: Logger;
}

export function openTracing({ settings, issuer, instanceId, log }: TracingOptions): Tracing {
  const exported = exportOf(settings, log);
  const provider = providerOf(settings, instanceId, exported);
  const tracer = provider.getTracer('partner-auth', version);
  const server = serverOf(issuer);
  const underWay = new AsyncLocalStorage<Context>();

  const maker: SpanMaker = {
    within: (name, attributes, work) => {
      const parent = underWay.getStore();
      if (!parent || !trace.getSpan(parent)?.isRecording()) return work();
      const span = tracer.startSpan(name, { attributes }, parent);
      return ending(span, () => underWay.run(trace.setSpan(parent, span), work, span));
    },
    current: () => trace.getSpan(underWay.getStore() ?? ROOT_CONTEXT),
  };

  function requestSpan(request: HttpRequest): Span {
    const caller = callerOf(request);
    const kind = { kind: SpanKind.SERVER };
    if (!caller) return tracer.startSpan(nameOf(request), kind, ROOT_CONTEXT);
    if (settings.traceparent === 'link') {
      return tracer.startSpan(nameOf(request), { ...kind, links: [{ context: caller }] }, ROOT_CONTEXT);
    }
    return tracer.startSpan(nameOf(request), kind, trace.setSpanContext(ROOT_CONTEXT, caller));
  }

  function answered(request: HttpRequest, handler: Handler): Promise<HttpReply> {
    const span = requestSpan(request);
    const context = trace.setSpan(ROOT_CONTEXT, span);
    // Still with its ids: the log's lines have them whether the trace is kept or not.
    if (!span.isRecording()) return underWay.run(context, handler, request);
    span.setAttributes(server).setAttributes(askedOf(request));
    return ending(span, async () => {
      const reply = await underWay.run(context, handler, request);
      describeReply(span, reply);
      return reply;
    });
  }

  const placed = (fields: object): object => {
    const context = maker.current()?.spanContext();
    return context ? { ...fields, trace_id: context.traceId, span_id: context.spanId } : fields;
  };

  return {
    traced: (service, handlerOf) => {
      const handler = handlerOf(tracedPorts(maker, service));
      return (request) => answered(request, handler);
    },
    fetching: (fetchKeys) => tracedFetch(maker, fetchKeys),
    joining: (plain) => ({
      info: (fields, message) => plain.info(placed(fields), message),
      warn: (fields, message) => plain.warn(placed(fields), message),
      error: (fields, message) => plain.error(placed(fields), message),
    }),
    close: async (seconds) => {
      const sent = new AbortController();
      const sending = provider.shutdown().catch(() => {});
      const late = wait(seconds * 1000, undefined, { signal: sent.signal }).catch(() => {});
      await Promise.race([sending, late]);
      sent.abort();
      exported.end();
    },
  };
}

const longestText = 256;

function providerOf(
  { serviceName, sampleRatio }: TracingOptions['settings'],
  instanceId: string,
  { processor }: SpanExport,
): TracerProvider {
  const attributes = { 'service.name': serviceName, 'service.version': version, 'service.instance.id': instanceId };
  return new TracerProvider({
    resource: defaultResource().merge(resourceFromAttributes(attributes)),
    // A caller's own decision holds where its trace goes on, and is not asked for where it is only linked to.
    sampler: new ParentBasedSampler({ root: new TraceIdRatioBasedSampler(sampleRatio) }),
    spanProcessors: [processor],
    spanLimits: { attributeValueLengthLimit: longestText },
  });
}

function exportOf({ endpoint, headers = '' }: TracingOptions['settings'], log: Logger): SpanExport {
  const url = new URL(endpoint);
  url.pathname = `${url.pathname.replace(/\/$/, '')}/v1/traces`;
  const lost = (loss: SpanLoss) => log.warn({ url: url.href, ...loss }, 'spans were lost');
  return spanExport({ url: url.href, headers: headersIn(headers) ?? {}, lost });
}

/** Ends the span with the work, and says of what kind its failure was; its words may hold anything. */
function ending<Result>(span: Span, work: () => Result): Result {
  const failed = (cause: unknown): never => {
    if (!(cause instanceof BearerError)) span.setStatus({ code: SpanStatusCode.ERROR });
    span.setAttribute('error.type', kindOf(cause)).end();
    throw cause;
  };
  try {
    const result = work();
    if (isPromise(result)) {
      return result.then((value) => {
        span.end();
        return value;
      }, failed) as Result;
    }
    span.end();
    return result;
  } catch (cause) {
    return failed(cause);
  }
}

const kindOf = (cause: unknown): string => errorCode(cause) ?? (cause instanceof Error ? cause.name : typeof cause);
