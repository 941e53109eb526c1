import { z } from 'zod';
import { noun } from '../../base/noun.ts';
import type { Flow } from '../../domain/index.ts';
import { type Explanation, explanationsOf } from '../../protocol/explanations.ts';
import { flowBook } from '../requests/flows.ts';
import { pageQuery } from './administration.ts';
import { ControlError } from './error.ts';
import { operation } from './operation.ts';

/** A flow, with what there is to say of the codes it was refused with. */
export type ExplainedFlow = Flow & { readonly explanations: readonly Explanation[] };

export interface FlowList {
  readonly flows: readonly ExplainedFlow[];
  readonly total: number;
}

const explained = (flow: Flow): ExplainedFlow => ({ ...flow, explanations: explanationsOf(flow.errorCodes) });

export const listFlows = operation({
  summary:
    'Token requests, exchanges and calls of the partner APIs, newest first: each check, the one that refused, the cause and the next step.',
  query: noun({
    ...pageQuery,
    search: z.string().max(256).optional().describe('Text that stands in an id, a code, a user name, a tenant.'),
    correlationId: z.string().max(128).optional(),
  }),
  answer: ({ requests }, { query }): FlowList => {
    const { items, total } = flowBook(requests).list(query);
    return { flows: items.map(explained), total };
  },
});

export const readFlow = operation({
  summary: 'One of them.',
  answer: ({ requests }, { parameter }): ExplainedFlow => {
    const flow = flowBook(requests).find(parameter('id'));
    if (flow) return explained(flow);
    throw new ControlError('notFound', 'id: no such flow is remembered. GET /sandbox/flows lists the last ones.', {
      target: 'id',
    });
  },
});
