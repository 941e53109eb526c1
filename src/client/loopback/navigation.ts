import type { IncomingMessage } from 'node:http';

/** Why a request is not a person's browser that opens an address of ours, and what it is told. */
export interface Refusal {
  readonly status: 400 | 403 | 404 | 405 | 414;
  readonly reason: string;
}

/**
 * What a request must be before anything it says is looked at, in this order. Other pages in the same browser, and names that
 * were made to lead here (DNS rebinding), can send requests to this port; only a navigation to our own address counts.
 */
const checks: readonly (readonly [fits: (incoming: IncomingMessage) => boolean, refusal: Refusal])[] = [
  [isForUs, { status: 403, reason: 'it was for another host' }],
  [isGet, { status: 405, reason: 'it was no GET' }],
  [hasNoOrigin, { status: 403, reason: 'a page of another origin sent it' }],
  [isNavigation, { status: 403, reason: 'it was not made by opening an address' }],
  [hasNoBody, { status: 400, reason: 'it had a body' }],
];

/** The first check that a request does not pass. */
export const refusalOf = (incoming: IncomingMessage): Refusal | undefined =>
  checks.find(([fits]) => !fits(incoming))?.[1];

/** One Host, and it is a loopback name with the port that was called; 80 is left out by every browser. */
function isForUs({ headersDistinct, socket }: IncomingMessage): boolean {
  const [host, another] = headersDistinct.host ?? [];
  const port = socket.localPort;
  const suffixes = port === 80 ? ['', ':80'] : [`:${port}`];
  const names = ['localhost', '127.0.0.1', '[::1]'].flatMap((name) => suffixes.map((suffix) => name + suffix));
  return another === undefined && names.includes(host?.toLowerCase() ?? '');
}

function isGet({ method }: IncomingMessage): boolean {
  return method === 'GET';
}

function hasNoOrigin({ headersDistinct }: IncomingMessage): boolean {
  return headersDistinct.origin === undefined;
}

/** Fetch Metadata, of browsers that send it: a window was led here, not a frame, an image or a script's request. */
function isNavigation({ headersDistinct }: IncomingMessage): boolean {
  const says = (name: string, value: string) => headersDistinct[name]?.every((given) => given === value) ?? true;
  return says('sec-fetch-mode', 'navigate') && says('sec-fetch-dest', 'document');
}

function hasNoBody({ headers }: IncomingMessage): boolean {
  return headers['transfer-encoding'] === undefined && (headers['content-length'] ?? '0') === '0';
}
