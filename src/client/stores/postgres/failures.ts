import { errorCode } from '../../../base/error-code.ts';
import { AuthError } from '../../errors.ts';

const undefinedTable = '42P01';
const forbidden = '42501';
/** Two transactions met where only one can go on; the statement is whole and may be sent again. */
const tryAgain: readonly string[] = ['40001', '40P01'];
/** Two nodes made one table at the same time: it is there. */
const madeMeanwhile: readonly string[] = ['23505', '42P07', '42710', 'XX000'];

const tries = 5;

/** Sends a single statement, again where the database says so. Throws `AuthError`: `store_unavailable`, `configuration`. */
export const sent = <Answer>(send: () => Promise<Answer>): Promise<Answer> => trying(send, tryAgain);

/** Makes what others may be making too. */
export const made = <Answer>(make: () => Promise<Answer>): Promise<Answer> =>
  trying(make, [...tryAgain, ...madeMeanwhile]);

async function trying<Answer>(send: () => Promise<Answer>, again: readonly string[]): Promise<Answer> {
  for (let attempt = 1; ; attempt++) {
    try {
      return await send();
    } catch (cause) {
      if (attempt === tries || !again.includes(errorCode(cause) ?? '')) throw databaseFailure(cause);
    }
  }
}

/** The database's own words stay in the cause: they may quote a row. */
export function databaseFailure(cause: unknown): unknown {
  if (cause instanceof AuthError || cause instanceof TypeError) return cause;
  const code = errorCode(cause);
  if (code === undefinedTable) {
    return new AuthError('configuration', 'The token store’s tables are not in the database.', {
      cause,
      hint: 'Call prepare() once, or run postgresStoreSql() as a role that may create tables.',
    });
  }
  if (code === forbidden) {
    return new AuthError('configuration', 'The database does not let this role use the token store’s tables.', {
      cause,
      hint: 'GRANT SELECT, INSERT, UPDATE, DELETE on them to it; prepare() needs CREATE on the schema.',
    });
  }
  return new AuthError('store_unavailable', `The token store’s database failed${code ? ` (${code})` : ''}.`, { cause });
}
