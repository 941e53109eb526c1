import { refuse } from './refusal.ts';

/** Longest name of anything, in characters, as Entra has it. */
const longestName = 256;

/** Text of a person, without blanks around it. Throws `Refusal` for none, for too much, and for line breaks and their like. */
export function requiredText(field: string, text: string, longest = longestName): string {
  const trimmed = text.trim();
  if (trimmed === '') refuse('invalid', field, 'must not be empty.');
  if (trimmed.length > longest) refuse('invalid', field, `must have at most ${longest} characters.`);
  if (/\p{Cc}/u.test(trimmed)) refuse('invalid', field, 'must be one line of text without control characters.');
  return trimmed;
}
