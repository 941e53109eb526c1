import { base32Bytes, totpCode } from '../../../src/domain/index.ts';
import { pageBrowser } from '../../support/page-browser.ts';
import { origin, type testAuthority } from '../fixture.ts';

export const tenant = 'aaaabbbb-0000-cccc-1111-dddd2222eeee';
export const confidential = '00001111-aaaa-2222-bbbb-3333cccc4444';
export const publicApplication = '11112222-bbbb-3333-cccc-4444dddd5555';
export const web = 'https://localhost:3000/callback';
export const partnerScope = 'https://api.partner.microsoft.com/.default openid offline_access';
/** RFC 7636 appendix B. */
export const challenge = 'E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM';

export const john = { username: 'john.doe@contoso.com', password: 'PCTestPassword@123' };
export const jane = { username: 'jane.roe@contoso.com', password: 'PCTestPassword@456', secret: 'JBSWY3DPEHPK3PXP' };
export const admin = { username: 'admin@contoso.com', password: 'PCTestPassword@789', secret: 'KRSXG5CTMVRXEZLU' };

export type Parameters = Readonly<Record<string, string | undefined>>;

/** A request that is right; a test changes what it is about. */
export const right: Parameters = {
  client_id: confidential,
  response_type: 'code',
  redirect_uri: web,
  scope: partnerScope,
  state: 'as it was',
  nonce: 'n-0S6_WzA2Mj',
};

export function authorizePath(changes: Parameters = {}, { at = tenant, version = 'v2' } = {}): string {
  const path = version === 'v2' ? `/${at}/oauth2/v2.0/authorize` : `/${at}/oauth2/authorize`;
  const present = Object.entries({ ...right, ...changes }).filter(
    (pair): pair is [string, string] => pair[1] !== undefined,
  );
  return `${path}?${new URLSearchParams(present)}`;
}

export type Authority = Awaited<ReturnType<typeof testAuthority>>;

export const browserAt = (authority: Authority) =>
  pageBrowser(origin, (url, init) => authority.fetch(url.slice(origin.length), init));

export const codeFor = (secret: string, instant: Date): string =>
  totpCode(base32Bytes(secret) ?? new Uint8Array(), instant);

/** What stands in a query or a fragment the application was sent to. */
export const answered = (left: URL | undefined): Readonly<Record<string, string>> =>
  Object.fromEntries(new URLSearchParams(left?.search || left?.hash.slice(1)));
