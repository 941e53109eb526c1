/** What a case asserts with: node:assert, loaded with the first case and not with the library. */
const assert = () => process.getBuiltinModule('node:assert/strict');

/** Throws `AssertionError` unless both are the same, deeply. */
export const equal = (actual: unknown, expected: unknown, message?: string): void =>
  assert().deepEqual(actual, expected, message);

/** The value that has to be there. Throws `AssertionError` for undefined. */
export function present<Value>(value: Value | undefined, message: string): Value {
  if (value !== undefined) return value;
  return assert().fail(message);
}
