import type { HttpRequest } from '../../src/http/message.ts';
import type { GenerateTokenApi } from '../../src/protocol/generate-token.ts';

export interface ExchangeRequest {
  /** Default v3. */
  readonly api?: GenerateTokenApi;
  /** Instead of the API's own path. */
  readonly path?: string;
  readonly query?: string;
  /** Default POST. */
  readonly method?: string;
  readonly bearer?: string;
  /** Default application/json. */
  readonly accept?: string;
  /** Default application/json. */
  readonly contentType?: string;
  /** Default: `grant_type` in JSON. `null`: more than the limit, not kept. */
  readonly body?: string | Uint8Array | null;
  /** Default 127.0.0.1. */
  readonly address?: string;
  /** Win over everything above; a list repeats the header, `undefined` leaves it out. Names in lower case. */
  readonly headers?: Readonly<Record<string, string | readonly string[] | undefined>>;
}

export type HeaderLines = readonly (readonly [name: string, value: string])[];

/** The parts of an exchange request: what a socket needs, and what `httpRequest` is made of. */
function requestParts(request: ExchangeRequest) {
  const { api = 'v3', method = 'POST', accept = 'application/json', contentType = 'application/json' } = request;
  const values: Record<string, string | readonly string[] | undefined> = {
    host: 'localhost',
    ...(request.bearer === undefined ? {} : { authorization: `Bearer ${request.bearer}` }),
    accept,
    'content-type': contentType,
    ...request.headers,
  };
  const headers: HeaderLines = Object.entries(values).flatMap(([name, value]) =>
    (value === undefined ? [] : typeof value === 'string' ? [value] : value).map((one) => [name, one] as const),
  );
  const body = request.body === undefined ? '{"grant_type":"jwt_token"}' : request.body;
  return { method, path: request.path ?? (api === 'v3' ? '/v3/generatetoken' : '/generatetoken'), headers, body };
}

export function httpRequest(request: ExchangeRequest): HttpRequest {
  const { method, path, headers, body } = requestParts(request);
  return {
    method,
    path,
    query: request.query ?? '',
    headers: (name) => headers.filter(([header]) => header === name).map(([, value]) => value),
    body: body === null ? undefined : typeof body === 'string' ? Buffer.from(body) : body,
    origin: 'https://localhost',
    remoteAddress: request.address ?? '127.0.0.1',
  };
}
