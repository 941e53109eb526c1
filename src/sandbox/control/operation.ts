import type { z } from 'zod';
import { firstIssue } from '../../base/issue.ts';
import { noun } from '../../base/noun.ts';
import { Refusal } from '../../domain/index.ts';
import type { ControlContext } from './context.ts';
import { ControlError } from './error.ts';

/** What was asked, as it came: validated by the operation and by nobody before it. */
export interface Asked {
  readonly body?: unknown;
  readonly query?: unknown;
  readonly parameter?: (name: string) => string;
  readonly origin: string;
}

/** One thing the control API does, for requests and for a test's own calls alike. */
export interface Operation<Answer extends object = object> {
  readonly summary: string;
  /** A request body that does something sensible, as its list shows it; a query where there is no body. */
  readonly example: unknown;
  readonly body: z.ZodType;
  /** The body is text, YAML or JSON, of up to 8 MiB: a seed file. */
  readonly takesSeedFile: boolean;
  readonly query: z.ZodType;
  /** Throws `ControlError`. */
  perform(context: ControlContext, asked: Asked): Promise<Answer>;
}

export type ControlMethod = 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE';

/** Whether requests of a method carry a body here. */
export const carriesBody = (method: string): boolean => method === 'POST' || method === 'PUT' || method === 'PATCH';

/** Where an operation is asked for; a segment that begins with a colon is a parameter. */
export type ControlRoute = readonly [method: ControlMethod, path: string, operation: Operation];

interface Declared<Body, Query, Answer> {
  readonly summary: string;
  readonly example?: unknown;
  readonly body?: z.ZodType<Body>;
  readonly takesSeedFile?: boolean;
  readonly query?: z.ZodType<Query>;
  readonly answer: (
    context: ControlContext,
    asked: {
      readonly body: Body;
      readonly query: Query;
      readonly parameter: (name: string) => string;
      readonly origin: string;
    },
  ) => Promise<Answer> | Answer;
}

const nothing = noun({});

export function operation<Body, Query, Answer extends object>(
  declared: Declared<Body, Query, Answer>,
): Operation<Answer> {
  const { summary, example, takesSeedFile = false } = declared;
  const body = declared.body ?? (nothing as unknown as z.ZodType<Body>);
  const query = declared.query ?? (nothing as unknown as z.ZodType<Query>);
  return {
    summary,
    example,
    body,
    takesSeedFile,
    query,
    perform: async (context, asked) => {
      const valued = {
        body: takesSeedFile ? (asked.body as Body) : valid(body, asked.body ?? {}),
        query: valid(query, asked.query ?? {}),
        parameter: asked.parameter ?? (() => ''),
        origin: asked.origin,
      };
      try {
        return await declared.answer(context, valued);
      } catch (thrown) {
        throw thrown instanceof Refusal ? controlErrorOf(thrown) : thrown;
      }
    },
  };
}

const codes = { invalid: 'invalidInput', taken: 'conflict', missing: 'notFound' } as const;

const controlErrorOf = (refusal: Refusal): ControlError =>
  new ControlError(codes[refusal.code], `${refusal.field}: ${refusal.message}`, {
    target: refusal.field,
    cause: refusal,
  });

/** The value with its defaults, or the first thing that is wrong with it, by its place. */
function valid<Value>(schema: z.ZodType<Value>, value: unknown): Value {
  const parsed = schema.safeParse(value);
  if (parsed.success) return parsed.data;
  const { place, sentence } = firstIssue(parsed.error);
  throw new ControlError('invalidInput', place === '' ? sentence : `${place}: ${sentence}`, {
    ...(place === '' ? {} : { target: place }),
  });
}
