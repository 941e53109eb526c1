import { errorCode } from '../../../base/error-code.ts';
import { AuthError } from '../../errors.ts';
import { sqliteCode, sqliteCodes } from './sqlite.ts';

/** What SQLite's result codes mean to whoever keeps tokens: https://sqlite.org/rescode.html. */
const sentences: Readonly<Record<number, readonly [why: string, hint: string]>> = {
  3: ['may not be used by this user', 'Give its folder and files back to the user who runs this.'],
  5: ['is held by another process', 'Try again; a process that was stopped in the middle of a write holds it.'],
  8: ['is read-only', 'Make its folder and files writable for the user who runs this.'],
  10: ['cannot be read or written: the disk reports an error', 'Check the disk and its quota.'],
  13: ['cannot be written to: the disk is full', 'Make room; what is stored has not changed.'],
  14: ['cannot be opened', 'Check its folder, the space on its disk and the number of open files.'],
};

export const isDamage = (cause: unknown): boolean => {
  const code = sqliteCode(cause);
  return code === sqliteCodes.corrupt || code === sqliteCodes.notADatabase;
};

/** What a person can do something about, in a sentence; mistakes of the program as they are. */
export function storeFailure(path: string, cause: unknown): unknown {
  if (cause instanceof AuthError) return cause;
  const code = sqliteCode(cause);
  // Our statements are sound: what SQLite cannot make sense of is in the file.
  if (isDamage(cause) || code === sqliteCodes.error) {
    return new AuthError('store_damaged', `The token store ${path} is damaged, or of another program.`, {
      cause,
      hint: 'Move it away; a new one is begun.',
    });
  }
  if (code !== undefined) {
    const [why, hint] = sentences[code] ?? [`cannot be used (SQLite ${code})`, undefined];
    return new AuthError('store_unavailable', `The token store ${path} ${why}.`, { cause, hint });
  }
  const system = cause instanceof Error && 'syscall' in cause ? errorCode(cause) : undefined;
  return system === undefined
    ? cause
    : new AuthError('store_unavailable', `The token store ${path} cannot be used (${system}).`, { cause });
}
