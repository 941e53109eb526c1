import { equalInConstantTime } from './bytes.ts';

const inspect = Symbol.for('nodejs.util.inspect.custom');

/**
 * A value that must not be printed: every way of turning it into text says `[redacted]`. `reveal()` is the one way to
 * the value, so that each use can be found by searching for it.
 */
export class Secret {
  readonly #value: string;

  constructor(value: string) {
    this.#value = value;
  }

  reveal(): string {
    return this.#value;
  }

  equals(other: Secret): boolean {
    return equalInConstantTime(this.#value, other.#value);
  }

  toString(): string {
    return '[redacted]';
  }

  toJSON(): string {
    return '[redacted]';
  }

  [inspect](): string {
    return '[redacted]';
  }
}
