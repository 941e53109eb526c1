import { once } from 'node:events';
import { createServer, type IncomingHttpHeaders, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { text } from 'node:stream/consumers';
import { until } from './until.ts';

/** A span as it came over the wire, with what matters of it. */
export interface ReceivedSpan {
  readonly name: string;
  readonly traceId: string;
  readonly spanId: string;
  readonly parentSpanId: string | undefined;
  /** 1: work inside, 2: a request that was answered. */
  readonly kind: number;
  readonly attributes: Readonly<Record<string, string | number | boolean>>;
  readonly links: readonly { readonly traceId: string; readonly spanId: string }[];
  readonly failed: boolean;
  readonly milliseconds: number;
}

/** A collector that takes OTLP over HTTP in JSON, as any other does. */
export interface Collector {
  readonly endpoint: string;
  readonly spans: ReceivedSpan[];
  /** Every byte that came, and the headers of each request. */
  readonly bodies: string[];
  readonly headers: IncomingHttpHeaders[];
  /** Attributes of the process that sent. */
  resource(): ReceivedSpan['attributes'];
  /** The spans of the exchange with this request id, once its request's own span came; the request's own is the first. */
  exchange(requestId: string): Promise<readonly ReceivedSpan[]>;
  close(): Promise<void>;
}

/** Default: takes everything. */
export type CollectorAnswer = (outgoing: ServerResponse) => void;

const taken: CollectorAnswer = (outgoing) => {
  outgoing.writeHead(200, { 'Content-Type': 'application/json' }).end('{}');
};

export async function startCollector(answer: CollectorAnswer = taken): Promise<Collector> {
  const spans: ReceivedSpan[] = [];
  const bodies: string[] = [];
  const headers: IncomingHttpHeaders[] = [];
  let resource: ReceivedSpan['attributes'] = {};
  const server = createServer(async (incoming, outgoing) => {
    const body = await text(incoming).catch(() => '');
    if (incoming.url !== '/v1/traces' || incoming.method !== 'POST') return void outgoing.writeHead(404).end();
    bodies.push(body);
    headers.push(incoming.headers);
    for (const one of JSON.parse(body).resourceSpans) {
      resource = attributesOf(one.resource.attributes);
      for (const scope of one.scopeSpans) spans.push(...scope.spans.map(spanOf));
    }
    answer(outgoing);
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  return {
    endpoint: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    spans,
    bodies,
    headers,
    resource: () => resource,
    async exchange(requestId) {
      const rootOf = () => spans.find(({ attributes }) => attributes['partner_auth.request_id'] === requestId);
      await until(`the span of ${requestId}`, rootOf);
      const root = rootOf() as ReceivedSpan;
      return [root, ...spans.filter((span) => span.traceId === root.traceId && span !== root)];
    },
    close: async () => {
      if (!server.listening) return;
      const closed = once(server, 'close');
      server.close();
      server.closeAllConnections();
      await closed;
    },
  };
}

interface WireAttribute {
  readonly key: string;
  readonly value: Readonly<Record<string, string | number | boolean>>;
}

/** 64-bit numbers may be text in JSON (the encoding of OTLP). */
const attributesOf = (list: readonly WireAttribute[] = []): ReceivedSpan['attributes'] =>
  Object.fromEntries(
    list.map(({ key, value }) => [
      key,
      value.intValue === undefined ? (Object.values(value)[0] ?? '') : Number(value.intValue),
    ]),
  );

/** The members that are looked at; times are text, in nanoseconds since 1970. */
interface WireSpan extends Pick<ReceivedSpan, 'name' | 'traceId' | 'spanId' | 'parentSpanId' | 'kind'> {
  readonly attributes?: readonly WireAttribute[];
  readonly links?: ReceivedSpan['links'];
  readonly status?: { readonly code?: number };
  readonly startTimeUnixNano: string;
  readonly endTimeUnixNano: string;
}

const spanOf = (span: WireSpan): ReceivedSpan => ({
  name: span.name,
  traceId: span.traceId,
  spanId: span.spanId,
  parentSpanId: span.parentSpanId,
  kind: span.kind,
  attributes: attributesOf(span.attributes),
  links: (span.links ?? []).map(({ traceId, spanId }) => ({ traceId, spanId })),
  failed: span.status?.code === 2,
  milliseconds: Number((BigInt(span.endTimeUnixNano) - BigInt(span.startTimeUnixNano)) / 1000n) / 1000,
});
