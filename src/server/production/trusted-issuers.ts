import type { Clock } from '../../base/clock.ts';
import { remoteKeys } from '../../jwt/index.ts';
import { type CloudName, signIn } from '../../protocol/environments.ts';
import { tenantPlaceholder } from '../../protocol/tenants.ts';
import { issuerFor, type TrustedIssuer } from '../../verify/index.ts';
import type { ProductionConfig } from './config-schema.ts';

export interface IssuerContext {
  readonly clock: Clock;
  readonly fetch: typeof fetch;
  readonly warn: (message: string, detail: Readonly<Record<string, unknown>>) => void;
}

/** The issuers of a configuration with their keys, which are fetched when the first token needs them. */
export const issuersOf = (
  context: IssuerContext,
  { trustedIssuers }: Pick<ProductionConfig, 'trustedIssuers'>,
): readonly TrustedIssuer[] =>
  trustedIssuers.flatMap((one): readonly TrustedIssuer[] => {
    if ('cloud' in one) return ofCloud(context, one.cloud, one.tenants);
    const { issuer, jwksUri, tokenVersion, algorithms } = one;
    return [{ issuer, tokenVersion, algorithms, keys: remoteKeys({ ...context, url: new URL(jwksUri), algorithms }) }];
  });

const rs256 = ['RS256'] as const;

/**
 * Entra's two issuers in a cloud. Both publish one set of keys, each key tied to the v2 issuer of the tenants it is for,
 * so that a key for consumers vouches for no organization (Storm-0558).
 */
function ofCloud(context: IssuerContext, cloud: CloudName, tenants?: readonly string[]): readonly TrustedIssuer[] {
  const { v1Issuer, v2Issuer, hosts } = signIn[cloud];
  const url = new URL(`https://${hosts[0]}/common/discovery/v2.0/keys`);
  const keys = remoteKeys({ ...context, url, algorithms: rs256 });
  const keyIssuer = `${v2Issuer}/${tenantPlaceholder}/v2.0`;
  const templates = [
    { issuer: `${v1Issuer}/${tenantPlaceholder}/`, keyIssuer, tokenVersion: '1.0' as const },
    { issuer: keyIssuer, tokenVersion: '2.0' as const },
  ];
  return templates.flatMap((template) =>
    (tenants ?? [tenantPlaceholder]).map((tenant) => ({
      ...template,
      issuer: issuerFor(template.issuer, tenant.toLowerCase()),
      algorithms: rs256,
      keys,
    })),
  );
}
