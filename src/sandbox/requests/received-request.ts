/** A request the sandbox received, without its secrets. */
export interface ReceivedRequest {
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
  readonly outcome: 'underWay' | 'answered' | 'cut' | 'failed';
  readonly correlationId?: string;
  /** AADSTS numbers, or the code of Partner Center, that the answer names. */
  readonly errorCodes: readonly string[];
  readonly clientId?: string;
  /** As the path, or else the bearer, names it. */
  readonly tenant?: string;
}

export interface RequestFilter {
  /** A path in which `*` stands for any text. */
  readonly path?: string;
  readonly correlationId?: string;
  /** Only what came at this instant or later. */
  readonly since?: string;
}
