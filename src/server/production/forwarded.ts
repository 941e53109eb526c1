import { type BlockList, isIP } from 'node:net';
import { unmapped } from '../../base/mapped-address.ts';
import type { Handler, HttpRequest } from '../../http/message.ts';

/** A handler that is told the address of the caller, where a trusted proxy stands between. */
export const behindProxies =
  (trusted: BlockList, handler: Handler): Handler =>
  (request) =>
    handler(cameFrom(request, callerAddress(trusted, request)));

/**
 * The nearest address that is no trusted proxy's. What stands in X-Forwarded-For before it counts
 * nothing: anybody can write there, and each trusted proxy adds what it saw at the end.
 */
export function callerAddress(trusted: BlockList, request: HttpRequest): string {
  const isTrusted = (address: string) => trusted.check(address, isIP(address) === 6 ? 'ipv6' : 'ipv4');
  let nearest = unmapped(request.remoteAddress);
  const told = request.headers('x-forwarded-for').join(',').split(',').map(withoutPort).map(unmapped);
  while (isTrusted(nearest)) {
    const before = told.pop();
    if (before === undefined || isIP(before) === 0) break;
    nearest = before;
  }
  return nearest;
}

/** Azure's Application Gateway writes the port too: `198.51.100.1:51234`, `[2001:db8::1]:51234`. */
const withoutPort = (address: string): string =>
  address.trim().replace(/^(?:\[([^\]]*)\]|(\d+\.\d+\.\d+\.\d+))(?::\d{1,5})?$/, '$1$2');

const cameFrom = (request: HttpRequest, remoteAddress: string): HttpRequest => ({
  method: request.method,
  path: request.path,
  query: request.query,
  headers: (name) => request.headers(name),
  body: request.body,
  origin: request.origin,
  remoteAddress,
});
