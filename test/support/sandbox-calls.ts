import { readFileSync } from 'node:fs';
import { trustingFetch } from '../../src/index.ts';
import type { ServedSandbox } from './served-sandbox.ts';

const fetchOf = ({ caFile }: ServedSandbox): typeof fetch =>
  caFile === undefined ? fetch : trustingFetch(readFileSync(caFile, 'utf8'));

/** Client credentials at a served sandbox. */
export async function entraToken(sandbox: ServedSandbox, credentials = fixedApplication): Promise<Response> {
  const { tenant, clientId, clientSecret, scope } = credentials;
  return fetchOf(sandbox)(`${sandbox.url}/${tenant}/oauth2/v2.0/token`, {
    method: 'POST',
    body: new URLSearchParams({
      grant_type: 'client_credentials',
      client_id: clientId,
      client_secret: clientSecret,
      scope,
    }),
  });
}

/** The application of the fixed data, for Partner Center. */
export const fixedApplication = {
  tenant: 'aaaabbbb-0000-cccc-1111-dddd2222eeee',
  clientId: '00001111-aaaa-2222-bbbb-3333cccc4444',
  clientSecret: 'TestClientAppSecret23456',
  scope: 'https://api.partnercenter.microsoft.com/.default',
};

export const bearerOf = async (sandbox: ServedSandbox): Promise<string> => {
  const { access_token } = (await (await entraToken(sandbox)).json()) as { access_token: string };
  return access_token;
};

/** Generate access token v3. */
export async function exchanged(sandbox: ServedSandbox, bearer: string, requestId: string) {
  const response = await fetchOf(sandbox)(`${sandbox.url}/v3/generatetoken`, {
    method: 'POST',
    headers: { authorization: `Bearer ${bearer}`, accept: 'application/json', 'ms-requestid': requestId },
    body: new URLSearchParams({ grant_type: 'jwt_token' }),
  });
  const body = (await response.json()) as { access_token: string };
  return { status: response.status, token: body.access_token, replayed: response.headers.get('idempotent-replayed') };
}

export const kidsOf = async (sandbox: ServedSandbox, path: string): Promise<readonly string[]> => {
  const { keys } = (await (await fetchOf(sandbox)(sandbox.url + path)).json()) as { keys: { kid: string }[] };
  return keys.map(({ kid }) => kid);
};

/** One call of the control API, which has to succeed. */
export async function controlled(
  sandbox: ServedSandbox,
  method: string,
  path: string,
  body?: object,
): Promise<unknown> {
  const headers = { 'content-type': 'application/json' };
  const init = body === undefined ? { method } : { method, headers, body: JSON.stringify(body) };
  const answer = await fetchOf(sandbox)(`${sandbox.url}/sandbox/${path}`, init);
  const text = await answer.text();
  if (!answer.ok) throw new Error(`${path}: ${answer.status} ${text}`);
  return text === '' ? undefined : JSON.parse(text);
}
