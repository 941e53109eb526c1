import type { Course } from '../base/check-trail.ts';

/** A request as the pipelines see it, wherever it came from: a socket, or a `Request` in a test. */
export interface HttpRequest {
  readonly method: string;
  /** The path as sent, without query. */
  readonly path: string;
  /** The query as sent, without its question mark. */
  readonly query: string;
  /** Every value of a header in the order received; names in lower case. */
  headers(name: string): readonly string[];
  /** Undefined when the body was larger than the limit and was not kept. */
  readonly body: Uint8Array | undefined;
  /** `https://host:port` as asked for. */
  readonly origin: string;
  readonly remoteAddress: string;
}

export interface HttpReply {
  readonly status: number;
  readonly headers: readonly (readonly [name: string, value: string])[];
  readonly body: string;
  /** For whoever watches the server; it is not sent. */
  readonly course?: Course;
}

export type Handler = (request: HttpRequest) => Promise<HttpReply>;

/** Thrown by a handler that means to cut the connection without an answer. */
export class ConnectionCut extends Error {}

/** The one value of a header, or undefined when it is absent or given more than once. */
export function soleHeader(request: HttpRequest, name: string): string | undefined {
  const values = request.headers(name);
  return values.length === 1 ? values[0] : undefined;
}

/** A reply for those who speak fetch, which gives no body, not even an empty one, to a status that has none. */
const responseOf = ({ status, headers, body }: HttpReply): Response =>
  new Response(withoutBody.has(status) ? null : body, {
    status,
    headers: headers.map(([name, value]) => [name, value]),
  });

const withoutBody: ReadonlySet<number> = new Set([204, 205, 304]);

/** The largest body read, in bytes, where a path has no limit of its own. */
export const maximumBodyBytes = 65_536;

/** The largest body read at a path, in bytes. */
export type BodyLimit = (path: string) => number;
export const usualBodyLimit: BodyLimit = () => maximumBodyBytes;

/** Reads a `Request` (tests, the in-process `fetch`). Repeated headers arrive joined there: fetch has no other form. */
export async function requestOf(
  request: Request,
  bodyLimit: BodyLimit = usualBodyLimit,
  remoteAddress = '127.0.0.1',
): Promise<HttpRequest> {
  const { pathname, search, origin } = new URL(request.url);
  const bytes = new Uint8Array(await request.arrayBuffer());
  return {
    method: request.method,
    path: pathname,
    query: search.slice(1),
    headers: (name) => {
      const value = request.headers.get(name);
      return value === null ? [] : [value];
    },
    body: bytes.length > bodyLimit(pathname) ? undefined : bytes,
    origin,
    remoteAddress,
  };
}

/** A handler for those who speak fetch: tests, and the whole server in one process. */
export const fetchOf =
  (handler: Handler, bodyLimit?: BodyLimit): ((input: string | Request, init?: RequestInit) => Promise<Response>) =>
  async (input, init) => {
    try {
      return responseOf(await handler(await requestOf(new Request(input, init), bodyLimit)));
    } catch (cause) {
      // As fetch says it of a connection that ended.
      throw cause instanceof ConnectionCut ? new TypeError('fetch failed', { cause }) : cause;
    }
  };
