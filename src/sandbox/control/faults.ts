import { z } from 'zod';
import { exactlyOne, noun } from '../../base/noun.ts';
import { type FaultEndpoint, faultEndpointNames } from '../faults/endpoints.ts';
import type { Fault, FaultOrder } from '../faults/fault.ts';
import { aadstsOf } from '../faults/with-faults.ts';
import { ControlError } from './error.ts';
import { operation } from './operation.ts';

/** What the connection needs is the server's to write. */
const ownHeaders = ['connection', 'content-length', 'transfer-encoding', 'keep-alive', 'upgrade', 'trailer', 'te'];
const headers = z
  .record(
    z
      .string()
      .regex(/^[A-Za-z0-9!#$%&'*+.^_`|~-]{1,64}$/, { error: 'must be names of headers.' })
      .refine((name) => !ownHeaders.includes(name.toLowerCase()), { error: 'is the connection’s own. Leave it out.' }),
    z.string().regex(/^[\t\x20-\x7e]{0,1024}$/, { error: 'must be printable ASCII of at most 1024 characters.' }),
  )
  .refine((record) => Object.keys(record).length <= 32, { error: 'must have at most 32 headers.' });

const effects = ['status', 'error', 'throttle', 'drop', 'delay'] as const;
const answers = ['status', 'error', 'throttle', 'drop'] as const;
/** Answers that have no body by definition, which a test of a body cannot mean. */
const withoutBody = [204, 205, 304];

const partnerCenters: ReadonlySet<FaultEndpoint> = new Set(['generatetoken', 'customers', 'referrals']);

const faultSchema = exactlyOne(
  noun({
    endpoint: z.enum(faultEndpointNames).optional(),
    path: z
      .string()
      .max(512)
      .regex(/^[/*]/, { error: 'must begin with / or *, and may hold * for any text.' })
      .optional()
      .describe('A path in which * stands for any text.'),
    count: z.int().min(1).max(1_000_000).default(1).describe('Requests it meets before it is used up.'),
    delay: z.int().min(1).max(60_000).optional().describe('Milliseconds.'),
    status: z
      .int()
      .min(200)
      .max(599)
      .refine((status) => !withoutBody.includes(status), { error: 'must be a status whose answer has a body.' })
      .optional(),
    body: z.unknown().optional().describe('With status: text as it is, anything else as JSON.'),
    headers: headers.optional().describe('With status.'),
    error: z
      .union([z.int(), z.string().max(16)])
      .refine((code) => aadstsOf(code) !== undefined, {
        error: 'must be a code this sandbox knows, such as AADSTS50196. docs/errors.md lists them.',
      })
      .optional()
      .describe('An AADSTS code: Entra’s answer with it.'),
    throttle: noun({ retryAfter: z.int().min(0).max(86_400).default(1) })
      .optional()
      .describe('429 with Retry-After, in seconds.'),
    drop: z.literal(true).optional().describe('The connection is cut without an answer.'),
  }),
  ['endpoint', 'path'],
)
  .refine((fault) => effects.some((name) => fault[name] !== undefined), {
    error: `needs an effect: one of ${effects.join(', ')}.`,
    path: ['status'],
  })
  .refine((fault) => answers.filter((name) => fault[name] !== undefined).length <= 1, {
    error: `can have one of ${answers.join(', ')}, with a delay beside it.`,
    path: ['status'],
  })
  .refine((fault) => fault.status !== undefined || (fault.body === undefined && fault.headers === undefined), {
    error: 'needs status beside body and headers.',
    path: ['status'],
  })
  .refine(({ endpoint, error }) => error === undefined || endpoint === undefined || !partnerCenters.has(endpoint), {
    error: 'is Entra’s, and this endpoint is Partner Center’s: give status and body.',
    path: ['error'],
  });

export const listFaults = operation({
  summary: 'The faults that are waiting for requests.',
  answer: ({ faults }): { readonly faults: readonly Fault[] } => ({ faults: faults.list() }),
});

export const addFault = operation({
  summary: `Makes the next requests of an endpoint fail, or late. Endpoints: ${faultEndpointNames.join(', ')}.`,
  example: { endpoint: 'token', count: 2, throttle: { retryAfter: 3 } },
  body: faultSchema,
  answer: ({ faults }, { body }): Fault => {
    const fault = faults.add(body as FaultOrder);
    if (fault) return fault;
    throw new ControlError('conflict', 'There are 1,000 faults already. DELETE /sandbox/faults removes them.');
  },
});

export const removeFaults = operation({
  summary: 'Removes all faults, or the one of an id.',
  query: noun({ id: z.guid().optional() }),
  answer: ({ faults }, { query: { id } }) => ({ removed: faults.remove(id) }),
});
