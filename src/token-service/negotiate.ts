import type { HttpRequest } from '../http/message.ts';
import { negotiator } from '../http/negotiate.ts';
import type { ResponseMediaType } from '../protocol/media-type.ts';
import { refuse } from './error-table.ts';

/** JSON first: what a wildcard gets. */
const choose = negotiator<ResponseMediaType>(['application/json', 'text/json', 'application/xml', 'text/xml']);

const fallbackMediaType: ResponseMediaType = 'application/json';

/** The media type errors are told in before (and after) Accept was judged. */
export function mediaTypeForErrors(request: HttpRequest): ResponseMediaType {
  const chosen = choose(request.headers('accept').join(','));
  return chosen === 'unreadable' || chosen === 'none' ? fallbackMediaType : chosen;
}

export function negotiate(request: HttpRequest, acceptRequired: boolean): ResponseMediaType {
  const chosen = choose(request.headers('accept').join(','));
  if (chosen === 'none') refuse('notAcceptable');
  if (chosen !== 'unreadable') return chosen;
  return acceptRequired ? refuse('acceptMissing') : fallbackMediaType;
}
