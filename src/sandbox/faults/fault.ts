import type { FaultEndpoint } from './endpoints.ts';

/** What is to go wrong, where, and how often. One of `endpoint` and `path`; a delay, an effect, or a delay and an effect. */
export interface FaultOrder {
  /** All paths of one endpoint. */
  readonly endpoint?: FaultEndpoint;
  /** A path in which `*` stands for any text, for example `/contoso.com/*`. */
  readonly path?: string;
  /** Requests it meets before it is used up; default 1. */
  readonly count?: number;
  /** Milliseconds the answer is held back, at most 60,000. Alone: the real answer, late. */
  readonly delay?: number;
  /** Answer with this status, and with `body` and `headers`. */
  readonly status?: number;
  /** Text, or JSON for a value that is none. */
  readonly body?: unknown;
  readonly headers?: Readonly<Record<string, string>>;
  /** Answer with Entra's body of this code, for example `AADSTS50196`. */
  readonly error?: string | number;
  /** Answer 429; `retryAfter` is in seconds. */
  readonly throttle?: { readonly retryAfter?: number };
  /** Cut the connection without an answer. */
  readonly drop?: true;
}

/** A fault that is waiting for requests. */
export type Fault = FaultOrder & {
  readonly id: string;
  /** Requests it will still meet. */
  readonly remaining: number;
};
