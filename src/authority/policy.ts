import type { AuthorityContext } from './context.ts';

/** Everything in which the two modes differ: `entra` as Entra does it, `strict` as RFC 9700 and RFC 8628 say. */
export interface Policy {
  readonly codeChallengeMethods: readonly ('S256' | 'plain')[];
  /** Otherwise only single-page applications must send a challenge. */
  readonly publicClientsNeedChallenge: boolean;
  /** Whether a person is asked again and again by clients that anything on the machine can claim to be (RFC 8252 section 8.6). */
  readonly publicClientsAlwaysAsk: boolean;
  /** RFC 9207; clients of Entra know no such field. */
  readonly responsesNameIssuer: boolean;
  /** Whether a client assertion is good once and for ten minutes at most; msal-node sends one many times. */
  readonly assertionsAreSingleUse: boolean;
  /** Seconds a refresh token may be used again after its successor was made; undefined: for as long as it lives. */
  readonly refreshGraceSeconds: number | undefined;
  /** Whether a code or a refresh token is only good for what was asked for at the sign-in (RFC 6749 section 6). */
  readonly scopesOnlyShrink: boolean;
  /** Added to a device's interval each time it asks too early; undefined: it is never told to slow down. */
  readonly slowDownSeconds: number | undefined;
  /** What a device is told when the user refused: Entra's own word, or that of RFC 8628 section 3.5. */
  readonly deviceDeclined: 'authorization_declined' | 'access_denied';
}

const policies: Readonly<Record<AuthorityContext['mode'], Policy>> = {
  entra: {
    codeChallengeMethods: ['S256', 'plain'],
    publicClientsNeedChallenge: false,
    publicClientsAlwaysAsk: false,
    responsesNameIssuer: false,
    assertionsAreSingleUse: false,
    refreshGraceSeconds: undefined,
    scopesOnlyShrink: false,
    slowDownSeconds: undefined,
    deviceDeclined: 'authorization_declined',
  },
  strict: {
    codeChallengeMethods: ['S256'],
    publicClientsNeedChallenge: true,
    publicClientsAlwaysAsk: true,
    responsesNameIssuer: true,
    assertionsAreSingleUse: true,
    refreshGraceSeconds: 10,
    scopesOnlyShrink: true,
    slowDownSeconds: 5,
    deviceDeclined: 'access_denied',
  },
};

export const policyOf = ({ mode }: Pick<AuthorityContext, 'mode'>): Policy => policies[mode];
