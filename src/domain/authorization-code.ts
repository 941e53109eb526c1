import type { RedirectPlatform } from './application.ts';

/** Who signed in, how and when: what every grant with a user hands on. */
export interface SignIn {
  readonly userId: string;
  /** The user's home tenant. */
  readonly userTenantId: string;
  /** Authentication methods proven (RFC 8176): `pwd`, `mfa`, … */
  readonly methods: readonly string[];
  readonly authenticatedAt: Date;
  /** The browser's session, as clients see it (`sid`, `session_state`); a grant without a browser has none. */
  readonly sessionId?: string;
}

/** What was asked for, in the request's own words. */
export interface AskedFor {
  /** v2's `scope`, or v1's `scope`, which only says `openid`. */
  readonly scope?: string;
  /** v1's `resource`. */
  readonly resource?: string;
}

/** What an authorization code stands for (RFC 6749 section 4.1.2): bound to all of it. */
export interface AuthorizationCode {
  readonly signIn: SignIn;
  readonly appId: string;
  /** Where the code was issued: the tenant, and the path's word for it. It is redeemed there, or at the same alias. */
  readonly tenantId: string;
  readonly tenantPath: string;
  readonly redirectUri: string;
  readonly platform: RedirectPlatform;
  readonly codeChallenge?: { readonly value: string; readonly method: 'S256' | 'plain' };
  readonly nonce?: string;
  readonly asked: AskedFor;
  /** After this it is refused as too old; the entry stays longer, so that it can be told from one never issued. */
  readonly endsAt: Date;
  /** Set by the one redemption that succeeded. */
  readonly redeemedAt?: Date;
  /** The refresh tokens that redemption began: a second use ends them (RFC 6749 section 4.1.2). */
  readonly familyId?: string;
}

/** 10 minutes, as Entra's. */
export const authorizationCodeLifetimeSeconds = 600;
