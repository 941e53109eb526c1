import type { TokenOrder } from '../../../src/sandbox/control/forged-token.ts';
import { type Controlled, controlled, jane } from '../control/fixture.ts';

export const fabrikam = 'bbbbcccc-1111-dddd-2222-eeee3333ffff';
export const adventureWorks = 'ccccdddd-2222-eeee-3333-ffff4444aaaa';
export const wingtip = 'ddddeeee-3333-ffff-4444-aaaa5555bbbb';
export const application = '00001111-aaaa-2222-bbbb-3333cccc4444';
export const publicApplication = '11112222-bbbb-3333-cccc-4444dddd5555';
export const graph = '00000003-0000-0000-c000-000000000000';
export const arm = '797f4846-ba00-4fd7-ba43-dac1f8f63013';

export interface Answer {
  readonly status: number;
  readonly headers: Headers;
  // biome-ignore lint/suspicious/noExplicitAny: tests look into answers as they please
  readonly body: any;
}

export interface PartnerCenter extends Controlled {
  /** Asks with a token that is forged as ordered; `undefined` sends none. Default: Jane's, with a second factor. */
  send(
    method: string,
    path: string,
    more?: { token?: TokenOrder | undefined; body?: unknown; headers?: Record<string, string> },
  ): Promise<Answer>;
}

export async function partnerCenter(seed?: string): Promise<PartnerCenter> {
  const sandbox = await controlled(seed === undefined ? {} : { seed });
  return {
    ...sandbox,
    async send(method, path, more = {}) {
      const order = 'token' in more ? more.token : { user: jane };
      const token = order && (await sandbox.control.forgeToken(order)).accessToken;
      const text = typeof more.body === 'string' ? more.body : JSON.stringify(more.body);
      const response = await sandbox.fetch(`${sandbox.url}${path}`, {
        method,
        headers: {
          ...(token === undefined ? {} : { authorization: `Bearer ${token}` }),
          ...(text === undefined ? {} : { 'content-type': 'application/json' }),
          ...more.headers,
        },
        ...(text === undefined ? {} : { body: text }),
      });
      const answer = await response.text();
      return {
        status: response.status,
        headers: response.headers,
        body: answer === '' ? undefined : JSON.parse(answer),
      };
    },
  };
}
