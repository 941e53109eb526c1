import { addSeconds, epochSeconds } from '../base/clock.ts';

/** The verified facts a token of the token service is made of. */
export interface MintFacts {
  readonly tenantId: string;
  readonly applicationId: string;
  readonly objectId: string | undefined;
  readonly subject: string;
  readonly scope: string | undefined;
  readonly roles: readonly string[] | undefined;
  readonly authenticationMethods: readonly string[] | undefined;
  readonly expiresAt: Date;
}

export interface MintRule {
  readonly issuer: string;
  readonly audience: string;
  readonly lifetimeSeconds: number;
}

/**
 * Claims of the issued token: a fixed list. Nothing a bearer brings along is copied unless it is named here. What is
 * undefined is no claim: JSON leaves it out.
 */
export interface MintedClaims {
  readonly iss: string;
  readonly aud: string;
  readonly tid: string;
  readonly appid: string;
  readonly oid: string | undefined;
  readonly sub: string;
  readonly scp: string | undefined;
  readonly roles: readonly string[] | undefined;
  readonly amr: readonly string[] | undefined;
  readonly iat: number;
  readonly nbf: number;
  readonly exp: number;
  readonly jti: string;
}

/** The token never outlives the bearer; a bearer taken within the clock skew after its end gives a life of zero. */
export function mintClaims(facts: MintFacts, rule: MintRule, now: Date, tokenId: string): MintedClaims {
  const expires = epochSeconds(
    new Date(Math.min(addSeconds(now, rule.lifetimeSeconds).getTime(), facts.expiresAt.getTime())),
  );
  const issued = Math.min(epochSeconds(now), expires);
  return {
    iss: rule.issuer,
    aud: rule.audience,
    tid: facts.tenantId,
    appid: facts.applicationId,
    oid: facts.objectId,
    sub: facts.subject,
    scp: facts.scope,
    roles: facts.roles,
    amr: facts.authenticationMethods,
    iat: issued,
    nbf: issued,
    exp: expires,
    jti: tokenId,
  };
}
