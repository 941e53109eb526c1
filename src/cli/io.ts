import type { Clock } from '../base/clock.ts';
import type { Random } from '../base/random.ts';
import type { Secret } from '../base/secret.ts';
import type { Keyring } from './keyring.ts';

export type Variables = Readonly<Record<string, string | undefined>>;

export interface TextSink {
  readonly isTerminal: boolean;
  write(text: string): void;
  /** Resolves when the reader has taken what was written, but for a little. Left out: it has at once. */
  taken?(): Promise<void>;
  /** The terminal's width. */
  columns?(): number | undefined;
  /** Whether what is written goes into this file. */
  isFile?(path: string): boolean;
}

/** Everything the command touches: the process's own in `bin.ts`, a test's in a test. */
export interface Io {
  /** Without node and the script. */
  readonly argv: readonly string[];
  readonly variables: Variables;
  readonly stdout: TextSink;
  readonly stderr: TextSink;
  readonly stdin: {
    readonly isTerminal: boolean;
    /** To its end. Throws `InputTooLong` for more than a secret. */
    read(): Promise<string>;
    /** As it comes. */
    pieces(): AsyncIterable<Uint8Array>;
    /** Nothing more is wanted of it: whoever writes is not waited for. */
    close?(): void;
  };
  /** Asks for a secret without showing it. Undefined: no terminal, no prompt. */
  readonly prompt: ((question: string) => Promise<Secret>) | undefined;
  /** Starts the system's browser. Throws when it cannot. */
  readonly openBrowser: (url: string) => Promise<void>;
  /** Where the token store's key may be. Undefined: nowhere. */
  readonly keyring?: Keyring | undefined;
  readonly clock: Clock;
  readonly random: Random;
  /** Undefined: the environment's own choice. */
  readonly fetch: typeof fetch | undefined;
  /** That choice where the environment has no certificate authority of its own. Left out: the global one. */
  readonly usualFetch?: typeof fetch | undefined;
  /** Waits between attempts. Undefined: a timer. */
  readonly sleep: ((seconds: number) => Promise<void>) | undefined;
  readonly signal: AbortSignal | undefined;
}
