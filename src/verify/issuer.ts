import type { Algorithm, KeySource } from '../jwt/index.ts';
import { tenantPlaceholder } from '../protocol/tenants.ts';

/**
 * An issuer this program trusts: its name, its keys and its algorithms are one record, so that a key of one issuer never
 * vouches for another (Storm-0558) and a token never chooses its algorithm.
 */
export interface TrustedIssuer {
  /** Compared exactly. `{tenantid}` stands for the token's `tid`. Where two have one name, the key says whose a token is. */
  readonly issuer: string;
  /** What keys tied to an issuer must be tied to; default: `issuer`. Entra ties v1's keys to the v2 issuer. */
  readonly keyIssuer?: string;
  /** Access tokens of this version only: `ver` says it, and v1 names its client `appid`, v2 `azp`. */
  readonly tokenVersion: '1.0' | '2.0';
  readonly algorithms: readonly Algorithm[];
  readonly keys: KeySource;
}

export const issuerFor = (template: string, tenantId: string): string => template.replace(tenantPlaceholder, tenantId);
