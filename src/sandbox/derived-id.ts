import { sha256 } from '../base/bytes.ts';

/** A GUID that is the same at every start, for what a seed gives no id. */
export function derivedId(...parts: readonly string[]): string {
  const hex = sha256(parts.join('\n').toLowerCase()).toString('hex');
  return [hex.slice(0, 8), hex.slice(8, 12), `8${hex.slice(13, 16)}`, `a${hex.slice(17, 20)}`, hex.slice(20, 32)].join(
    '-',
  );
}
