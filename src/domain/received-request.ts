import type { JudgedCheck } from '../base/check-trail.ts';

/** A request the sandbox received, without its secrets. */
export interface ReceivedRequest {
  /** Its number, in the order received. */
  readonly id: string;
  /** When, by the sandbox's clock. */
  readonly time: string;
  readonly method: string;
  readonly path: string;
  /** Parameters of the query and of a form. A secret is `[redacted 1f0c2d3e]`: equal ones have equal digests. */
  readonly query: Readonly<Record<string, string>>;
  readonly form: Readonly<Record<string, string>>;
  /** The Authorization header: its scheme, and a digest of the rest. */
  readonly authorization?: string;
  readonly cookie?: string;
  readonly contentType?: string;
  readonly userAgent?: string;
  /** Undefined while the answer is under way, and when the connection was cut. */
  readonly status?: number;
  /** The machine's milliseconds until the answer. */
  readonly durationMilliseconds?: number;
  /** What of this product was asked; undefined for everything else. */
  readonly endpoint?: FlowEndpoint;
  readonly outcome: 'underWay' | 'answered' | 'cut' | 'failed';
  readonly correlationId?: string;
  /** AADSTS numbers, or the code of Partner Center, that the answer names. */
  readonly errorCodes: readonly string[];
  readonly clientId?: string;
  /** As the path, or else the bearer, names it. */
  readonly tenant?: string;
  /** Every check of the endpoint in its order, up to the one that refused. */
  readonly checks?: readonly JudgedCheck[];
  /** The sentence of an answer that has no code. */
  readonly message?: string;
}

/** Where tokens are asked for, exchanged and used. */
export const flowEndpoints = ['token', 'authorize', 'devicecode', 'generatetoken', 'customers', 'referrals'] as const;

export type FlowEndpoint = (typeof flowEndpoints)[number];

/** A request of one of these: what became of it is told check by check. */
export interface Flow extends ReceivedRequest {
  readonly endpoint: FlowEndpoint;
}

export const isFlow = (request: ReceivedRequest): request is Flow => request.endpoint !== undefined;

export interface RequestFilter {
  /** A path in which `*` stands for any text. */
  readonly path?: string;
  readonly correlationId?: string;
  /** Only what came at this instant or later. */
  readonly since?: string;
}
