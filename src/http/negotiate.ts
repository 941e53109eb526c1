import Negotiator from 'negotiator';
import { remembering } from '../base/remember.ts';

export type Negotiation<MediaType extends string> = MediaType | 'unreadable' | 'none';

// A star stands for a whole range and is part of no name: `*/json` is a wildcard to some readers and a name to others.
const mediaRange = /^(\*\/\*|[!#$%&'+.^_`|~0-9a-z-]+\/(?:\*|[!#$%&'+.^_`|~0-9a-z-]+))$/i;
const quality = /^q=(0(\.\d{0,3})?|1(\.0{0,3})?)$/i;
/** Distinct Accept headers remembered. */
const remembered = 256;

/**
 * Chooses among the media types offered, in the order of preference when the client has none (RFC 9110 section 12.5.1).
 * Parameters other than `q` are ignored. `unreadable`: not one media range could be read; `none`: nothing acceptable.
 */
export const negotiator = <const MediaType extends string>(
  offered: readonly MediaType[],
): ((accept: string) => Negotiation<MediaType>) => remembering(remembered, (accept) => choose(accept, offered));

function choose<MediaType extends string>(accept: string, offered: readonly MediaType[]): Negotiation<MediaType> {
  const ranges = accept.split(',').flatMap((element) => {
    const [range = '', ...parameters] = element.split(';').map((part) => part.trim());
    if (!mediaRange.test(range)) return [];
    const q = parameters.find((parameter) => /^q=/i.test(parameter));
    if (q !== undefined && !quality.test(q)) return [];
    return [q === undefined ? range : `${range};${q}`];
  });
  if (ranges.length === 0) return 'unreadable';
  const chosen = new Negotiator({ headers: { accept: ranges.join(',') } }).mediaType([...offered]);
  return offered.find((mediaType) => mediaType === chosen) ?? 'none';
}
