import { createReadStream } from 'node:fs';
import { errorCode } from '../../base/error-code.ts';
import { isJsonObject, ownText } from '../../base/json.ts';
import { AuthError } from '../../client/errors.ts';
import { linesOf } from './lines.ts';

/** What is left of an earlier run. */
export interface EarlierRun {
  /** The tenants, in lower case, whose token of that run is still good. */
  readonly done: ReadonlySet<string>;
  /** Lines that hold a result. */
  readonly results: number;
  /** Lines that hold none, blank ones aside: the last, where the run was killed, or those of another program. */
  readonly others: number;
  /** The last line has no end. */
  readonly isTorn: boolean;
}

const none: EarlierRun = { done: new Set(), results: 0, others: 0, isTorn: false };

/** Reads what a run printed. Of several results of one tenant the last counts. Throws `configuration`. */
export async function earlierRun(path: string | undefined, now: Date): Promise<EarlierRun> {
  if (path === undefined) return none;
  const done = new Set<string>();
  const count = { results: 0, others: 0 };
  let last: number | undefined;
  const pieces = async function* () {
    for await (const piece of createReadStream(path)) {
      last = piece.at(-1);
      yield piece as Uint8Array;
    }
  };
  try {
    for await (const line of linesOf(pieces())) {
      const result = resultIn(line);
      if (result) {
        count.results += 1;
        if (result.isGood(now)) done.add(result.tenant);
        else done.delete(result.tenant);
      } else if (line.trim() !== '') count.others += 1;
    }
  } catch (cause) {
    const code = errorCode(cause) ?? 'unknown';
    throw new AuthError('configuration', `--resume ${path} cannot be read (${code}).`, { cause });
  }
  return { done, ...count, isTorn: last !== undefined && last !== 0x0a };
}

function resultIn(line: string): { readonly tenant: string; isGood(now: Date): boolean } | undefined {
  try {
    const value: unknown = JSON.parse(line);
    const tenant = isJsonObject(value) ? ownText(value, 'tenant') : undefined;
    if (!isJsonObject(value) || tenant === undefined || typeof value.ok !== 'boolean') return undefined;
    const { ok, expires_on: end } = value;
    const isGood = (now: Date) => ok && (typeof end !== 'number' || end * 1000 > now.getTime());
    return { tenant: tenant.trim().toLowerCase(), isGood };
  } catch {
    return undefined;
  }
}
