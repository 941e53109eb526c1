import { html } from 'hono/html';
import { htmlPage } from '../http/page.ts';
import { type Face, routedFace } from '../http/router.ts';
import { aadstsByCode } from '../protocol/aadsts.ts';

/** What a person meets first: the sandbox's own address, and the address every error names in `error_uri`. */
export const readingPages = (): Face =>
  routedFace(
    [
      ['/', async () => home],
      ['/error', async ({ query }) => errorPage(new URLSearchParams(query).get('code') ?? '')],
    ],
    async () => home,
  );

const home = htmlPage(
  'partner-auth sandbox',
  html`<h1>partner-auth sandbox</h1>
<p>An authority that behaves like Microsoft Entra, with the token service and a small partner world beside it. For development: its users and secrets are public.</p>
<h2>Addresses</h2>
<div class="scroll"><table>
<tbody>
<tr><td>Sign-in</td><td><a href="/organizations/v2.0/.well-known/openid-configuration"><code>/{tenant}/v2.0/.well-known/openid-configuration</code></a></td></tr>
<tr><td>Device codes</td><td><a href="/devicelogin"><code>/devicelogin</code></a></td></tr>
<tr><td>Sign out</td><td><a href="/common/oauth2/v2.0/logout"><code>/common/oauth2/v2.0/logout</code></a></td></tr>
<tr><td>Generate access token</td><td><a href="/docs"><code>POST /v3/generatetoken</code></a></td></tr>
<tr><td>Keys of its tokens</td><td><a href="/.well-known/jwks.json"><code>/.well-known/jwks.json</code></a></td></tr>
<tr><td>Referrals</td><td><code>GET /v1.0/engagements/referrals</code></td></tr>
<tr><td>Customers of a partner</td><td><code>GET /v1/customers</code></td></tr>
<tr><td>Set-up in the browser: users, applications, customers, flows, clock, faults, keys</td><td><a href="/console"><code>/console</code></a></td></tr>
<tr><td>Control: seed, clock, faults, requests</td><td><a href="/sandbox"><code>/sandbox</code></a></td></tr>
<tr><td>Figures</td><td><a href="/metrics"><code>/metrics</code></a>, <a href="/livez"><code>/livez</code></a>, <a href="/readyz"><code>/readyz</code></a></td></tr>
</tbody></table></div>
<p>Tenants, applications and users were printed where the sandbox was started.</p>`,
);

function errorPage(code: string) {
  const entry = /^\d{1,9}$/.test(code) ? aadstsByCode(Number(code)) : undefined;
  if (!entry) return htmlPage('Unknown error', html`<h1>Unknown error</h1><p>There is no such code here.</p>`, 404);
  return htmlPage(
    `AADSTS${entry.code}`,
    html`<h1>AADSTS${entry.code}</h1>
<p><code>${entry.error}</code>, HTTP ${entry.status}</p>
<h2>Cause</h2><p>${entry.cause}</p>
<h2>Next step</h2><p>${entry.nextStep}</p>
<h2>What Entra says</h2><p>${entry.message}</p>`,
  );
}
