import { createReadStream } from 'node:fs';
import { errorCode } from '../../base/error-code.ts';
import { InputTooLong } from '../../client/bounded-input.ts';
import { AuthError } from '../../client/errors.ts';
import type { Io } from '../io.ts';
import { linesOf } from './lines.ts';

/** The largest JSON array read: half a million tenants. */
const maximumArrayCharacters = 33_554_432;

/**
 * The tenants of a file, or of standard input (`-`) as they come: one a line, blank lines and what follows a # left out, or
 * a JSON array of texts. Throws `configuration` for a file that cannot be read, `invalid_parameters` for another array.
 */
export async function* tenantsIn(io: Io, path: string): AsyncGenerator<string, void, undefined> {
  const array: string[] = [];
  try {
    for await (const line of linesOf(path === '-' ? io.stdin.pieces() : createReadStream(path))) {
      const text = array.length === 0 ? (line.split('#', 1)[0] ?? '').trim() : line;
      if (array.length > 0 || text.startsWith('[')) addTo(array, text);
      else if (text !== '') yield text;
    }
  } catch (cause) {
    throw cause instanceof AuthError ? cause : unreadable(path, cause);
  }
  if (array.length > 0) yield* textsOf(array.join('\n'), labelOf(path));
}

function addTo(array: string[], line: string): void {
  array.push(line);
  if (array.reduce((size, each) => size + each.length, 0) > maximumArrayCharacters) {
    throw new InputTooLong(maximumArrayCharacters);
  }
}

function textsOf(json: string, label: string): readonly string[] {
  try {
    const value: unknown = JSON.parse(json);
    if (Array.isArray(value) && value.every((each): each is string => typeof each === 'string')) return value;
  } catch {
    // The sentence below is all there is to say.
  }
  throw new AuthError('invalid_parameters', `${label} begins as a JSON array and is none of texts.`, {
    hint: 'Give one tenant a line, or ["contoso.com", "…"].',
  });
}

const labelOf = (path: string): string => (path === '-' ? 'Standard input' : `--tenants-file ${path}`);

function unreadable(path: string, cause: unknown): AuthError {
  if (cause instanceof InputTooLong) {
    return new AuthError('invalid_parameters', `${labelOf(path)} has a line too long to name a tenant.`, { cause });
  }
  const code = errorCode(cause) ?? 'unknown';
  return new AuthError('configuration', `${labelOf(path)} cannot be read (${code}).`, { cause });
}
