import { utf8Text } from '../../base/bytes.ts';
import { type HttpReply, type HttpRequest, soleHeader } from '../../http/message.ts';
import { authorizeParameters } from '../../protocol/authorize-request.ts';
import { encodeForm, formPairs } from '../../protocol/form.ts';
import { mediaTypeOf } from '../../protocol/media-type.ts';
import type { Call } from '../call.ts';
import { AuthorityError } from '../error-table.ts';

/** What fits into the head of a request with its headers: a state of 4 KB, each byte percent-encoded. */
const longestQuery = 14_000;

/**
 * A request sent as a form comes again by GET: another site's form carries no cookie of ours (SameSite), so the session
 * would be lost. Throws 9000411 for a parameter that stands in the address and in the form.
 */
export function postedAgainByGet({ http }: Call): HttpReply {
  const inBody = formPairs(formText(http));
  const inQuery = formPairs(http.query);
  const known: ReadonlySet<string> = new Set(authorizeParameters);
  const names = new Set(inBody.map(([name]) => name));
  const [twice] = inQuery.find(([name]) => known.has(name) && names.has(name)) ?? [];
  if (twice !== undefined) throw new AuthorityError('repeatedParameter', { parameter: twice });
  const query = encodeForm([...inQuery, ...inBody]);
  if (query.length > longestQuery) throw new AuthorityError('invalidRequest', { reason: 'The request is too long.' });
  return {
    status: 303,
    headers: [
      ['Location', `${http.path}?${query}`],
      ['Cache-Control', 'no-store'],
      ['Referrer-Policy', 'no-referrer'],
    ],
    body: '',
  };
}

function formText(http: HttpRequest): string {
  const isForm = mediaTypeOf(soleHeader(http, 'content-type') ?? '') === 'application/x-www-form-urlencoded';
  const text = isForm && http.body ? utf8Text(http.body) : undefined;
  if (text === undefined) throw new AuthorityError('invalidRequest', { reason: 'The form cannot be read.' });
  return text;
}
