import { createHash, X509Certificate } from 'node:crypto';
import { epochSeconds } from '../../src/base/clock.ts';
import { tokenSigningCertificate } from '../../src/http/tls/certificate-authority.ts';
import { type CloudName, signIn } from '../../src/protocol/environments.ts';
import { resourceApplicationIds } from '../../src/protocol/resources.ts';
import {
  applicationId,
  type Jwk,
  newKey,
  partnerCenterAudience,
  segment,
  signBytes,
  subjectId,
  tenantId,
} from './issuer.ts';

/** Entra's tokens and key documents, member by member as they are told of: what a cloud signs, and what it publishes. */

export interface EntraKey {
  readonly kid: string;
  readonly jwk: Jwk;
  readonly sign: (input: string) => Uint8Array;
}

export type TokenShape = { readonly version: '1.0' | '2.0'; readonly kind: 'application' | 'user' };

export const tokenShapes: readonly TokenShape[] = [
  { version: '1.0', kind: 'application' },
  { version: '1.0', kind: 'user' },
  { version: '2.0', kind: 'application' },
  { version: '2.0', kind: 'user' },
];

export const consumersTenant = '9188040d-6c67-4c5b-b112-36a304b66dad';

export const issuerOf = (cloud: CloudName, version: TokenShape['version'], tenant: string): string =>
  version === '1.0' ? `${signIn[cloud].v1Issuer}/${tenant}/` : `${signIn[cloud].v2Issuer}/${tenant}/v2.0`;

export const keysAddressOf = (cloud: CloudName): string =>
  `https://${signIn[cloud].hosts[0]}/common/discovery/v2.0/keys`;

/** A key with its certificate, tied to the v2 issuer of every tenant of the cloud, or of one. */
export async function entraKey(cloud: CloudName, tenant = '{tenantid}'): Promise<EntraKey> {
  const key = newKey('RS256');
  const pem = await tokenSigningCertificate(key.export({ type: 'pkcs8', format: 'pem' }).toString(), {
    now: new Date(),
    lifetimeDays: 1825,
    commonName: 'accounts.accesscontrol.windows.net',
  });
  const der = new X509Certificate(pem).raw;
  const kid = createHash('sha1').update(der).digest('base64url');
  const { n, e } = key.export({ format: 'jwk' });
  const issuer = issuerOf(cloud, '2.0', tenant);
  const names = { kid, x5t: kid };
  const jwk = { kty: 'RSA', use: 'sig', ...names, n, e, x5c: [der.toString('base64')], issuer };
  return {
    kid,
    jwk: { ...jwk, cloud_instance_name: signIn[cloud].instanceName },
    sign: (input) => signBytes('RS256', key, input),
  };
}

export interface EntraToken extends TokenShape {
  readonly cloud: CloudName;
  readonly key: EntraKey;
  /** Put over its claims; what is `undefined` is left out. */
  readonly claims?: Readonly<Record<string, unknown>>;
}

/** An access token for Partner Center. */
export function entraToken({ cloud, version, kind, key, claims = {} }: EntraToken): string {
  const tid = String(claims.tid ?? tenantId);
  const issuedAt = epochSeconds(new Date()) - 300;
  const v1 = version === '1.0';
  const header = { typ: 'JWT', alg: 'RS256', ...(v1 ? { x5t: key.kid } : {}), kid: key.kid };
  const payload = {
    aud: v1 ? partnerCenterAudience : resourceApplicationIds['partner-center'],
    iss: issuerOf(cloud, version, tid),
    iat: issuedAt,
    nbf: issuedAt,
    exp: issuedAt + 3900,
    aio: 'k2RgYNgrG2Yfdo3B8QNb9wUK3VpXAAA=',
    ...(v1 ? { appid: applicationId, appidacr: '1' } : { azp: applicationId, azpacr: '1' }),
    ...(kind === 'user' ? userClaims(version, tid) : applicationClaims(version, tid)),
    rh: '1.AQwA-lQ5_7gWRE6tRoNwLaY9.',
    tid,
    uti: 'bk3pMnCdZUqzJz9aJ3kQAA',
    ver: version,
    xms_ftd: 'z5Qm2qUj',
    ...claims,
  };
  const input = `${segment(header)}.${segment(payload)}`;
  return `${input}.${Buffer.from(key.sign(input)).toString('base64url')}`;
}

/** App-only; only v1 says so in `idtyp`. */
const applicationClaims = (version: TokenShape['version'], tid: string) => ({
  oid: subjectId,
  sub: subjectId,
  ...(version === '1.0'
    ? {
        app_displayname: 'Contoso',
        idp: `https://sts.windows.net/${tid}/`,
        idtyp: 'app',
        tenant_region_scope: 'NA',
        wids: ['0997a1d0-0d1d-4acb-b408-d5ca73121e90'],
        xms_tcdt: 1_600_000_000,
      }
    : {}),
});

/** App+user after a second factor; v2 says so where `amr` was asked for as an optional claim. */
const userClaims = (version: TokenShape['version'], tid: string) => ({
  amr: ['pwd', 'mfa'],
  name: 'John Doe',
  oid: '33334444-dddd-5555-eeee-6666ffff7777',
  scp: 'user_impersonation',
  sub: 'wXt0bRX2y0ZDW5vJyyWPrxRY-6pU6TbcB5CzLRZt3Uk',
  ...(version === '1.0'
    ? {
        acr: '1',
        family_name: 'Doe',
        given_name: 'John',
        idp: `https://sts.windows.net/${tid}/`,
        ipaddr: '203.0.113.7',
        unique_name: 'john.doe@contoso.com',
        upn: 'john.doe@contoso.com',
        wids: ['62e90394-69f5-4237-9190-012177145e10'],
      }
    : { preferred_username: 'john.doe@contoso.com' }),
});
