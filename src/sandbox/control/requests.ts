import { z } from 'zod';
import { noun } from '../../base/noun.ts';
import type { ReceivedRequest } from '../../domain/index.ts';
import { operation } from './operation.ts';

export const listRequests = operation({
  summary: 'The last 1,000 requests received, oldest first, without their secrets. Not those of the control API.',
  query: noun({
    path: z.string().max(512).optional().describe('A path in which * stands for any text.'),
    correlationId: z.string().max(128).optional(),
    since: z.iso.datetime({ error: 'must be a date and time in UTC such as 2026-11-21T08:59:27Z.' }).optional(),
  }),
  answer: (
    { requests },
    { query: { path, correlationId, since } },
  ): { readonly requests: readonly ReceivedRequest[] } => ({
    requests: requests.list({
      ...(path === undefined ? {} : { path }),
      ...(correlationId === undefined ? {} : { correlationId }),
      ...(since === undefined ? {} : { since }),
    }),
  }),
});

export const clearRequests = operation({
  summary: 'Forgets the requests received so far.',
  answer: ({ requests }) => ({ removed: requests.clear() }),
});
