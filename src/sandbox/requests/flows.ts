import { type Flow, isFlow, longestPage, type Page, type PageOrder, usualPage } from '../../domain/index.ts';
import type { RequestLog } from './request-log.ts';

export interface FlowOrder extends PageOrder {
  readonly correlationId?: string | undefined;
}

/** What is remembered of flows, by an id of theirs or a part of all. */
export interface FlowBook {
  list(order?: FlowOrder): Page<Flow>;
  find(id: string): Flow | undefined;
}

export const flowBook = (requests: RequestLog): FlowBook => ({
  list: (order) => flowsIn(requests, order),
  find: (id) => {
    const request = requests.find(id);
    return request && isFlow(request) ? request : undefined;
  },
});

/** A part of the flows, newest first. Searched for are ids, codes, and what the request names. */
function flowsIn(
  requests: RequestLog,
  { search = '', correlationId, skip = 0, top = usualPage }: FlowOrder = {},
): Page<Flow> {
  const wanted = search.trim().toLowerCase();
  const found = requests
    .list(correlationId === undefined ? {} : { correlationId })
    .filter(isFlow)
    .filter((flow) => wordsOf(flow).some((word) => word.toLowerCase().includes(wanted)))
    .reverse();
  return { items: found.slice(skip, skip + Math.min(top, longestPage)), total: found.length };
}

const wordsOf = ({ endpoint, path, correlationId = '', clientId = '', tenant = '', errorCodes, form, query }: Flow) => [
  endpoint,
  path,
  correlationId,
  clientId,
  tenant,
  ...errorCodes,
  form.grant_type ?? '',
  form.username ?? query.login_hint ?? '',
];
