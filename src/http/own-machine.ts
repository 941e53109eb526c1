import { isLoopbackHost } from '../base/loopback.ts';
import { unmapped } from '../base/mapped-address.ts';
import type { HttpRequest } from './message.ts';

/**
 * Whether a request comes from this machine, under a name of its own. Whoever sends a request writes what stands in Host,
 * so the address it came from has to say the same.
 */
export function isFromOwnMachine({ origin, remoteAddress }: Pick<HttpRequest, 'origin' | 'remoteAddress'>): boolean {
  const { hostname } = URL.parse(origin) ?? { hostname: '' };
  return isLoopbackHost(hostname) && isLoopbackHost(unmapped(remoteAddress));
}
