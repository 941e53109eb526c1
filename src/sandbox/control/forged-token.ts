/** A token to test a verifier with: a valid one unless `flaws`, `claims` or `header` say otherwise. */
export interface TokenOrder {
  /** Id or domain; default: the first tenant with a partner account. */
  readonly tenant?: string;
  /** Application id; default: the first of the tenant's own, else the first that is not Microsoft's. */
  readonly application?: string;
  /** User name. Without it the application acts for itself. */
  readonly user?: string;
  /** Whether the user proved a second factor; default: where it is required. */
  readonly mfa?: boolean;
  /** Identifier URI or application id; default Partner Center. */
  readonly resource?: string;
  /** Default: what the resource takes. */
  readonly version?: 1 | 2;
  /** Default 3600. */
  readonly lifetimeSeconds?: number;
  readonly flaws?: readonly TokenFlaw[];
  /** Put over the claims; null takes one out. */
  readonly claims?: Readonly<Record<string, unknown>>;
  /** Put over the header; null takes a member out. */
  readonly header?: Readonly<Record<string, unknown>>;
}

export const tokenFlaws = [
  'expired',
  'notYetValid',
  'wrongAudience',
  'otherIssuer',
  'badSignature',
  'unknownKey',
  'unsigned',
] as const;

export type TokenFlaw = (typeof tokenFlaws)[number];

export interface ForgedToken {
  readonly accessToken: string;
  readonly header: Readonly<Record<string, unknown>>;
  readonly claims: Readonly<Record<string, unknown>>;
}
