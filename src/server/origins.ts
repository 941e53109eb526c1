import { networkInterfaces } from 'node:os';
import type { Handler, HttpReply } from '../http/message.ts';

/**
 * Every origin a server on this host and port is rightly asked at. Tokens carry the origin asked for, so this is a closed
 * list: a name that merely resolves to this machine (DNS rebinding) gets no token and no page.
 */
export function originsOf({
  scheme,
  host,
  port,
}: {
  scheme: 'http' | 'https';
  host: string;
  port: number;
}): readonly string[] {
  const loopback = ['localhost', '127.0.0.1', '[::1]'];
  const wildcard = host === '0.0.0.0' || host === '::';
  const own = wildcard
    ? Object.values(networkInterfaces()).flatMap((list) => (list ?? []).map(({ address }) => address))
    : [host];
  const names = [...loopback, ...own.map((name) => (name.includes(':') && !name.startsWith('[') ? `[${name}]` : name))];
  const suffix = port === (scheme === 'https' ? 443 : 80) ? '' : `:${port}`;
  return [...new Set(names.map((name) => `${scheme}://${name.toLowerCase()}${suffix}`))];
}

export const isLoopback = (host: string): boolean =>
  host === 'localhost' || host === '::1' || /^127\.\d+\.\d+\.\d+$/.test(host);

/** Refuses a request for another host than those served here (RFC 9110 section 15.5.20). */
export const onlyAt =
  (origins: readonly string[], handler: Handler): Handler =>
  async (request) =>
    origins.includes(request.origin) ? handler(request) : misdirected(origins[0] ?? '');

const misdirected = (origin: string): HttpReply => ({
  status: 421,
  headers: [
    ['Content-Type', 'application/json; charset=utf-8'],
    ['Cache-Control', 'no-store'],
  ],
  body: JSON.stringify({
    error: 'misdirected_request',
    error_description: `This server does not answer for that host. Ask at ${origin}.`,
  }),
});
