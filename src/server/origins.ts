import { networkInterfaces } from 'node:os';
import type { Handler, HttpReply } from '../http/message.ts';

const loopbackNames: readonly string[] = ['localhost', '127.0.0.1', '::1'];

/**
 * The names and addresses a server on this host is reached at besides `localhost`, `127.0.0.1` and `::1`: its
 * certificate has to carry them. For a wildcard, those of the machine's interfaces.
 */
export function otherNamesOf(host: string): readonly string[] {
  const wildcard = host === '0.0.0.0' || host === '::';
  const interfaces = Object.values(networkInterfaces()).flatMap((list) => list ?? []);
  // An address of a link (fe80::) is no address without the name of the link, which no URL carries.
  const own = interfaces.filter(({ address, internal }) => !internal && !address.startsWith('fe80:'));
  const names = wildcard ? own.map(({ address }) => address) : [host.toLowerCase()];
  return [...new Set(names)].filter((name) => !loopbackNames.includes(name));
}

/**
 * Every origin a server on this host and port is rightly asked at, first the one to tell. Tokens carry the origin asked
 * for, so this is a closed list: a name that merely resolves to this machine (DNS rebinding) gets no token and no page.
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
  const others = otherNamesOf(host);
  // Whoever listens on one other address alone is not to be found at localhost.
  const names = others.includes(host.toLowerCase()) ? others : [...loopbackNames, ...others];
  const suffix = port === (scheme === 'https' ? 443 : 80) ? '' : `:${port}`;
  return names.map((name) => `${scheme}://${name.includes(':') ? `[${name}]` : name}${suffix}`);
}

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
