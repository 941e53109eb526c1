import type { HttpReply } from '../../http/message.ts';
import type { Call } from '../call.ts';
import { AuthorityError } from '../error-table.ts';

/** What discovery answers share: read by GET, by any web page, kept by the caller for a day. */
const headers: HttpReply['headers'] = [
  ['Cache-Control', 'max-age=86400, private'],
  ['Access-Control-Allow-Origin', '*'],
  ['Access-Control-Allow-Methods', 'GET, OPTIONS'],
  ['Content-Type', 'application/json; charset=utf-8'],
];

export const document = (body: string): HttpReply => ({ status: 200, headers, body });

const readMethods: ReadonlySet<string> = new Set(['GET', 'HEAD', 'OPTIONS']);

export function requireRead({ http }: Call): void {
  if (!readMethods.has(http.method)) {
    throw new AuthorityError('wrongVerb', { accepted: 'GET, OPTIONS', received: http.method });
  }
}
