import { z } from 'zod';

/** What is wrong with a value: where, and what it should be, in a sentence. */
export interface PlacedIssue {
  readonly place: string;
  readonly sentence: string;
}

export const firstIssue = (error: z.ZodError): PlacedIssue =>
  placedIssues(error)[0] ?? { place: '', sentence: 'cannot be read.' };

/** Everything that is wrong. */
export const placedIssues = ({ issues }: z.ZodError): readonly PlacedIssue[] =>
  issues.map((issue) => ({ place: z.core.toDotPath(issue.path), sentence: sentenceOf(issue) }));

/** In our words where the schema's own are a program's; a schema that was given words has them. */
function sentenceOf(issue: z.core.$ZodIssue): string {
  if (!issue.message.startsWith('Invalid ') && !issue.message.startsWith('Too ')) return issue.message;
  switch (issue.code) {
    case 'invalid_type':
      return issue.message.endsWith('received undefined')
        ? 'is required.'
        : `must be ${kinds[issue.expected] ?? issue.expected}.`;
    case 'invalid_value':
      return `must be ${issue.values.map(String).join(', or ')}.`;
    case 'too_small':
      return issue.origin === 'string'
        ? 'must not be empty.'
        : `must be at least ${issue.minimum}${itemsOf(issue.origin)}.`;
    case 'too_big':
      return `must be at most ${issue.maximum}${itemsOf(issue.origin)}.`;
    default:
      return `is not valid: ${issue.message}.`;
  }
}

const kinds: Readonly<Record<string, string>> = {
  string: 'text',
  number: 'a number',
  int: 'a whole number',
  boolean: 'true or false',
  object: 'an object',
  record: 'an object',
  array: 'a list',
};

const itemsOf = (origin: string): string => (origin === 'string' ? ' characters' : origin === 'array' ? ' items' : '');
