import { sortableInstant } from './clock.ts';
import type { Random } from './random.ts';

/** A GUID of any version (Microsoft's sample ids carry none), in any letter case. */
const guidPattern = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/i;
/** As .NET also writes it: formats B and P, and N without hyphens. */
const wrapped = /^(?:\{(.{36})\}|\((.{36})\))$/;
const digits = /^([0-9a-f]{8})([0-9a-f]{4})([0-9a-f]{4})([0-9a-f]{4})([0-9a-f]{12})$/i;

export const isGuid = (text: string): boolean => guidPattern.test(text);

/** One spelling for every spelling of a GUID; text that is no GUID is returned as it is. */
export function canonicalGuid(text: string): string {
  if (isGuid(text)) return text.toLowerCase();
  const [, inBraces, inParentheses] = wrapped.exec(text) ?? [];
  const guid = (inBraces ?? inParentheses ?? text).replace(digits, '$1-$2-$3-$4-$5');
  return isGuid(guid) ? guid.toLowerCase() : text;
}

/** RFC 9562 section 5.7, version 7: of two the younger one sorts behind. */
export function timeOrderedGuid(instant: Date, random: Pick<Random, 'guid'>): string {
  const milliseconds = sortableInstant(instant);
  return `${milliseconds.slice(0, 8)}-${milliseconds.slice(8)}-7${random.guid().slice(15)}`;
}
