import { after } from 'node:test';
import { startSandbox, type TestSandbox, type TestSandboxOptions } from '../../../src/testing/index.ts';

export const fixedApplication = '00001111-aaaa-2222-bbbb-3333cccc4444';
export const fixedSecret = 'TestClientAppSecret23456';
export const john = 'john.doe@contoso.com';
export const jane = 'jane.roe@contoso.com';
export const now = new Date('2026-11-21T09:00:00Z');

export interface ControlAnswer {
  readonly status: number;
  // biome-ignore lint/suspicious/noExplicitAny: tests look into answers as they please
  readonly body: any;
  readonly headers: Headers;
}

export interface Controlled extends TestSandbox {
  /** Sends a control request as a program would; `undefined` in headers takes one away. */
  ask(
    method: string,
    path: string,
    body?: unknown,
    headers?: Readonly<Record<string, string | undefined>>,
  ): Promise<ControlAnswer>;
  /** Sends a form to the authority or the token service. */
  post(path: string, form: Readonly<Record<string, string>>, headers?: Record<string, string>): Promise<Response>;
}

/** A whole sandbox in this process; it is closed after the file's tests. */
export async function controlled(options: TestSandboxOptions = {}): Promise<Controlled> {
  const sandbox = await startSandbox({ now, ...options });
  after(() => sandbox.close());
  return {
    ...sandbox,
    async ask(method, path, body, headers = {}) {
      const sends = method !== 'GET' && method !== 'DELETE';
      const all = { ...(sends ? { 'content-type': 'application/json' } : {}), ...headers };
      const stated = Object.entries(all).filter((entry): entry is [string, string] => entry[1] !== undefined);
      const text = typeof body === 'string' ? body : JSON.stringify(body);
      const bytes = text === undefined ? undefined : new TextEncoder().encode(text);
      const response = await sandbox.fetch(`${sandbox.url}${path}`, {
        method,
        headers: stated,
        ...(bytes && sends ? { body: bytes } : {}),
      });
      const answer = await response.text();
      return {
        status: response.status,
        body: answer === '' ? undefined : JSON.parse(answer),
        headers: response.headers,
      };
    },
    post: (path, form, headers = {}) =>
      sandbox.fetch(`${sandbox.url}${path}`, { method: 'POST', body: new URLSearchParams(form), headers }),
  };
}

/** Signs a user of the fixed data in by the password grant. */
export const signIn = (sandbox: Controlled, username: string, password: string): Promise<Response> =>
  sandbox.post('/common/oauth2/token', {
    grant_type: 'password',
    client_id: fixedApplication,
    client_secret: fixedSecret,
    resource: 'https://api.partner.microsoft.com',
    scope: 'openid',
    username,
    password,
  });

export const appToken = (sandbox: Controlled): Promise<Response> =>
  sandbox.post('/contoso.com/oauth2/v2.0/token', {
    grant_type: 'client_credentials',
    client_id: fixedApplication,
    client_secret: fixedSecret,
    scope: 'https://api.partnercenter.microsoft.com/.default',
  });

/** The id of an application that has just been registered. */
export async function registered(sandbox: Controlled, more: object = {}): Promise<string> {
  const order = { displayName: 'Referrals sync', redirectUris: { publicClient: ['http://localhost'] } };
  return (await sandbox.ask('POST', '/sandbox/applications', { ...order, ...more })).body.appId;
}

/** What an application gets for itself with a secret: a status, and the code of a refusal. */
export async function tokenWith(sandbox: Controlled, client_id: string, client_secret: string) {
  const scope = 'https://graph.microsoft.com/.default';
  const form = { grant_type: 'client_credentials', client_id, client_secret, scope };
  const response = await sandbox.post('/contoso.com/oauth2/v2.0/token', form);
  const { error_codes, access_token } = (await response.json()) as { error_codes?: number[]; access_token?: string };
  const claims = JSON.parse(Buffer.from(access_token?.split('.')[1] ?? 'bnVsbA', 'base64url').toString());
  return { code: error_codes?.[0], roles: claims?.roles };
}
