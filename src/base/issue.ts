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
      if (issue.minimum === 1 && issue.origin in lengths) return 'must not be empty.';
      return `must ${sizeOf(issue.origin, issue.inclusive ? 'at least' : 'more than', issue.minimum)}.`;
    case 'too_big':
      return `must ${sizeOf(issue.origin, issue.inclusive ? 'at most' : 'less than', issue.maximum)}.`;
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

/** What has a length, and what it is counted in. */
const lengths: Readonly<Record<string, string>> = { string: 'characters', array: 'items' };

const sizeOf = (origin: string, bound: string, size: number | bigint): string =>
  origin in lengths ? `have ${bound} ${size} ${lengths[origin]}` : `be ${bound} ${size}`;
