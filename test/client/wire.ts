import { type SettableClock, settableClock } from '../../src/base/clock.ts';
import { type Random, systemRandom } from '../../src/base/random.ts';

/** A wire made of functions, for tests of one unit: what was sent is recorded, what comes back is scripted. */

export interface Sent {
  readonly url: string;
  readonly headers: Headers;
  readonly body: string;
  readonly form: URLSearchParams;
}

export type Reply = (sent: Sent, index: number) => Response | Promise<Response>;

export function fakeWire(reply: Reply) {
  const sent: Sent[] = [];
  const fetchIt: typeof fetch = async (input, init) => {
    const request = new Request(input, init);
    const body = await request.text();
    const each = { url: request.url, headers: request.headers, body, form: new URLSearchParams(body) };
    sent.push(each);
    request.signal.throwIfAborted();
    return reply(each, sent.length - 1);
  };
  return { sent, fetch: fetchIt };
}

const segment = (value: object): string => Buffer.from(JSON.stringify(value)).toString('base64url');

export const unsigned = (claims: object): string => `${segment({ alg: 'RS256', typ: 'JWT' })}.${segment(claims)}.AAAA`;

export const tenantId = 'aaaabbbb-0000-cccc-1111-dddd2222eeee';
export const applicationId = '00001111-aaaa-2222-bbbb-3333cccc4444';
export const partnerCenter = 'https://api.partnercenter.microsoft.com';

export const appToken = unsigned({ aud: partnerCenter, tid: tenantId, appid: applicationId, exp: 2_000_000_000 });
export const userToken = unsigned({
  aud: 'https://api.partner.microsoft.com',
  tid: tenantId,
  oid: '11111111-2222-3333-4444-555555555555',
  upn: 'john.doe@contoso.com',
  scp: 'user_impersonation',
  amr: ['pwd'],
  exp: 2_000_000_000,
});

export const json = (value: unknown, init: ResponseInit = {}): Response =>
  new Response(JSON.stringify(value), { headers: { 'content-type': 'application/json' }, ...init });

export const tokenAnswer = (more: object = {}): Response =>
  json({ token_type: 'Bearer', expires_in: 3600, ext_expires_in: 3600, access_token: appToken, ...more });

export const oauthRefusal = (error: string, code: number, status = 400, more: object = {}): Response =>
  json(
    {
      error,
      error_description: `AADSTS${code}: It was refused. Trace ID: t Correlation ID: c Timestamp: n`,
      error_codes: [code],
      trace_id: 'trace-1',
      correlation_id: 'correlation-1',
      ...more,
    },
    { status },
  );

export const partnerRefusal = (status: number, code: string, headers: Record<string, string> = {}): Response =>
  json(
    { code, description: `Refused with ${code}.`, data: [], source: 'PartnerAuth' },
    { status, headers: { 'content-type': 'application/json', ...headers } },
  );

export const start = new Date('2026-11-21T09:00:00Z');

/** Options of a call that neither waits nor reads the machine's clock. */
export function quiet(fetchIt: typeof fetch, clock: SettableClock = settableClock(start)) {
  const waits: number[] = [];
  const warnings: string[] = [];
  return {
    waits,
    warnings,
    clock,
    options: {
      clock,
      fetch: fetchIt,
      random: systemRandom satisfies Random,
      onWarning: (warning: string) => void warnings.push(warning),
      sleep: async (seconds: number) => {
        waits.push(seconds);
        clock.advance(seconds);
      },
    },
  };
}
