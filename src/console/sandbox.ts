/**
 * The port to what a directory does not hold: the time, the faults and the keys of the whole sandbox, and what its control
 * makes of a few words. What is asked is checked on the other side; each rejects with `Refusal`, which names the field.
 */
export interface ConsoleSandbox {
  clock(): Promise<SandboxClock>;
  /** `now` in ISO 8601, UTC. */
  setClock(change: { readonly now?: string; readonly frozen?: boolean }): Promise<unknown>;
  /** By a duration of ISO 8601 such as `P91D`. */
  advanceClock(duration: string): Promise<unknown>;
  /** Back to the machine's time, running. */
  restoreClock(): Promise<unknown>;

  /** What a fault may name in place of a path. */
  readonly faultEndpoints: readonly string[];
  /** Those that wait for requests, the first to be used first. */
  faults(): Promise<readonly WaitingFault[]>;
  addFault(order: FaultOrder): Promise<unknown>;
  /** Without an id: all. */
  removeFaults(id?: string): Promise<unknown>;

  /** Of both rings, from the oldest to the youngest. */
  keys(): Promise<readonly SandboxKey[]>;
  rotateKeys(ring: KeyRingName): Promise<unknown>;

  addReferral(order: ReferralOfForm): Promise<unknown>;
}

export interface SandboxClock {
  readonly now: string;
  readonly frozen: boolean;
}

/** One of `endpoint` and `path`; times in milliseconds but for `retryAfter`, which is in seconds. */
export interface FaultOrder extends FaultEffect {
  readonly endpoint?: string;
  readonly path?: string;
  readonly count?: number;
}

export interface FaultEffect {
  readonly delay?: number;
  readonly status?: number;
  readonly body?: unknown;
  readonly error?: string | number;
  readonly throttle?: { readonly retryAfter?: number };
  readonly drop?: true;
}

export interface WaitingFault extends FaultOrder {
  readonly id: string;
  /** Requests it will still meet. */
  readonly remaining: number;
}

export type KeyRingName = 'authority' | 'token-service';

export interface SandboxKey {
  readonly ring: KeyRingName;
  readonly kid: string;
  readonly algorithm: string;
  readonly createdAt: string;
  /** `next` is published and does not sign yet. */
  readonly standing: 'next' | 'current' | 'published' | 'retired';
  readonly publishedUntil?: string;
}

export interface ReferralOfForm {
  /** Id of the partner tenant. */
  readonly partner: string;
  readonly name: string;
  readonly customerName: string;
  readonly country: string;
  readonly notes: string;
  readonly dealValue: number;
  /** User names. */
  readonly team: readonly string[];
  readonly location?: { readonly id: string; readonly name: string; readonly country: string };
}
