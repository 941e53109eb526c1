import type { Clock } from '../base/clock.ts';
import type { Random } from '../base/random.ts';
import type { Secret } from '../base/secret.ts';
import type { Keyring } from './keyring.ts';

export type Variables = Readonly<Record<string, string | undefined>>;

export interface TextSink {
  readonly isTerminal: boolean;
  write(text: string): void;
}

/** Everything the command touches: the process's own in `bin.ts`, a test's in a test. */
export interface Io {
  /** Without node and the script. */
  readonly argv: readonly string[];
  readonly variables: Variables;
  readonly stdout: TextSink;
  readonly stderr: TextSink;
  /** Standard input to its end. Throws `InputTooLong` for more than a secret. */
  readonly stdin: { readonly isTerminal: boolean; read(): Promise<string> };
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
  /** Waits between attempts. Undefined: a timer. */
  readonly sleep: ((seconds: number) => Promise<void>) | undefined;
  readonly signal: AbortSignal | undefined;
}
