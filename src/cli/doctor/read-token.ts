import type { TokenClaims } from '../../client/token-claims.ts';
import type { Environment } from '../../protocol/environments.ts';
import type { Resource } from '../../protocol/resources.ts';
import { needed, Skipped } from './check.ts';
import type { Examination } from './examination.ts';
import { resourceAnywhere } from './resources.ts';
import type { ExaminedToken } from './token.ts';

/** `idtyp` says so where it is there; a token for a user has `scp`. */
export type KindOfToken = 'application' | 'user';

/** The token as it is read: what it says, unverified. */
export interface ReadToken extends ExaminedToken {
  readonly claims: TokenClaims;
  readonly kind: KindOfToken;
  /** Whom it is for, in whichever cloud; undefined for none of those known. */
  readonly resource: Resource | undefined;
  readonly environment: Environment;
}

export async function readToken(examination: Examination): Promise<ReadToken> {
  const examined = await needed(examination.token(), 'a token');
  const { resolved } = await needed(examination.environment(), 'an environment');
  const { environment } = resolved;
  const { claims } = examined;
  if (!claims) throw new Skipped('needs a token that can be read');
  const resource = claims.audience === undefined ? undefined : resourceAnywhere(environment, claims.audience)?.resource;
  return { ...examined, claims, kind: kindOf(claims), resource, environment };
}

export function kindOf({ all }: Pick<TokenClaims, 'all'>): KindOfToken {
  if (all.idtyp === 'app' || all.idtyp === 'user') return all.idtyp === 'app' ? 'application' : 'user';
  return all.scp === undefined ? 'application' : 'user';
}
