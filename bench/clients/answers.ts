// What the clients of the benchmarks are answered with inside their own process: nobody waits for a network.
import { createHash, randomBytes } from 'node:crypto';

export const applicationId = '00001111-aaaa-2222-bbbb-3333cccc4444';
export const clientSecret = 'TestClientAppSecret23456';
export const authority = 'https://login.microsoftonline.com';
export const scope = 'https://graph.microsoft.com/.default';

/** A GUID for each number, in no order that a map could profit from. */
export const tenantNumbered = (number: number): string => {
  const hex = createHash('sha256').update(`tenant ${number}`).digest('hex');
  return [hex.slice(0, 8), hex.slice(8, 12), `4${hex.slice(13, 16)}`, `8${hex.slice(17, 20)}`, hex.slice(20, 32)].join(
    '-',
  );
};

const segment = (value: object): string => Buffer.from(JSON.stringify(value)).toString('base64url');

/** An app-only token in Entra's size, for a day. */
export function tokenAnswer(url: string): object {
  const tenant = new URL(url).pathname.split('/')[1] ?? '';
  const now = Math.floor(Date.now() / 1000);
  const claims = { aud: 'https://graph.microsoft.com', appid: applicationId, tid: tenant, iat: now, exp: now + 86_400 };
  const padded = { ...claims, aio: randomBytes(400).toString('hex') };
  const accessToken = `${segment({ alg: 'RS256', typ: 'JWT' })}.${segment(padded)}.${randomBytes(256).toString('base64url')}`;
  return { token_type: 'Bearer', expires_in: 86_399, ext_expires_in: 86_399, access_token: accessToken };
}

/** Entra's discovery document, as msal-node asks for it before its first token of a tenant. */
function discoveryAnswer(url: string): object {
  const base = `${authority}/${new URL(url).pathname.split('/')[1]}`;
  return {
    token_endpoint: `${base}/oauth2/v2.0/token`,
    authorization_endpoint: `${base}/oauth2/v2.0/authorize`,
    end_session_endpoint: `${base}/oauth2/v2.0/logout`,
    jwks_uri: `${base}/discovery/v2.0/keys`,
    issuer: `${base}/v2.0`,
  };
}

export const answerTo = (method: string, url: string): object =>
  method === 'POST' ? tokenAnswer(url) : discoveryAnswer(url);
