import { PartnerAuthError } from '../../base/error.ts';
import { errorCode } from '../../base/error-code.ts';

/** Two transactions met where only one can go on: this one left nothing behind and may be sent again. */
const tryAgain: readonly string[] = ['40001', '40P01'];

const tries = 5;

/** Sends a single statement, again where the database says so. Throws what `databaseFailure` makes of it. */
export async function sent<Answer>(send: () => Promise<Answer>): Promise<Answer> {
  for (let attempt = 1; ; attempt++) {
    try {
      return await send();
    } catch (cause) {
      if (attempt === tries || !tryAgain.includes(errorCode(cause) ?? '')) throw databaseFailure(cause);
    }
  }
}

/**
 * The driver's own error is not passed on: it can carry the connection with its settings, and quote a row. What it says
 * is in the detail.
 */
export function databaseFailure(cause: unknown): PartnerAuthError {
  if (cause instanceof PartnerAuthError) return cause;
  const code = errorCode(cause);
  const says = cause instanceof Error ? cause.message : '';
  return new PartnerAuthError('store_unavailable', `The store’s database failed${code ? ` (${code})` : ''}.`, {
    detail: says || code,
  });
}
