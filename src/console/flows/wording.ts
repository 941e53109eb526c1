import { html } from 'hono/html';
import type { Flow, FlowEndpoint } from '../../domain/index.ts';
import type { Markup } from '../../http/page.ts';
import { type Grant, grantOfType } from '../../protocol/grants.ts';

/** How a flow is called and what became of it, in a few words. */

const grants: Readonly<Record<Grant, string>> = {
  password: 'Password grant',
  clientCredentials: 'Client credentials',
  authorizationCode: 'Authorization code',
  refreshToken: 'Refresh token',
  deviceCode: 'Device code',
  onBehalfOf: 'On behalf of a user',
};

const titles: Readonly<Record<FlowEndpoint, (flow: Flow) => string>> = {
  token: ({ form }) => {
    const grant = grantOfType(form.grant_type ?? '');
    return grant === undefined ? 'Token request' : grants[grant];
  },
  authorize: () => 'Authorize request',
  devicecode: () => 'Request for a device code',
  generatetoken: ({ path }) => `Generate access token, ${path.toLowerCase().startsWith('/v3') ? 'v3' : 'legacy'}`,
  customers: ({ method }) => `Customers, ${method}`,
  referrals: ({ method }) => `Referrals, ${method}`,
};

const hasVersion: ReadonlySet<FlowEndpoint> = new Set(['token', 'authorize', 'devicecode']);

export const titleOf = (flow: Flow): string =>
  titles[flow.endpoint](flow) +
  (hasVersion.has(flow.endpoint) ? `, ${/\/oauth2\/v2\.0\//i.test(flow.path) ? 'v2' : 'v1'}` : '');

const successes: Readonly<Record<FlowEndpoint, string>> = {
  token: 'Token issued',
  authorize: 'Went on',
  devicecode: 'Code given',
  generatetoken: 'Token issued',
  customers: 'Answered',
  referrals: 'Answered',
};

const unanswered: Readonly<Record<Exclude<Flow['outcome'], 'answered'>, string>> = {
  underWay: 'Under way',
  cut: 'Connection cut',
  failed: 'The sandbox failed',
};

export function outcomeBadge(flow: Flow): Markup {
  const { outcome, errorCodes, status = 0, endpoint } = flow;
  if (outcome !== 'answered') return html`<span class="badge missing">${unanswered[outcome]}</span>`;
  if (errorCodes.length > 0) return html`<span class="badge refusal">${errorCodes.join(', ')}</span>`;
  return status >= 400
    ? html`<span class="badge refusal">HTTP ${status}</span>`
    : html`<span class="badge good">${successes[endpoint]}</span>`;
}

/** `2026-11-21 08:59:27`, in UTC. */
export const timeOf = ({ time }: Pick<Flow, 'time'>): string => time.slice(0, 19).replace('T', ' ');
