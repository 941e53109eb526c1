import { html } from 'hono/html';
import type { HttpReply } from '../http/message.ts';
import { htmlPage } from '../http/page.ts';
import { generateTokenPaths, jwtTokenGrantType } from '../protocol/generate-token.ts';
import { requestMediaTypes, responseMediaTypes } from '../protocol/media-type.ts';
import { errorTable } from './error-table.ts';

/** The page at `/docs`: what `/openapi.json` says, for a person. No script, nothing from elsewhere. */
export const docsPage = (version: string): HttpReply =>
  htmlPage(
    'Generate access token',
    html`<h1>Generate access token</h1>
<p>Exchanges a Microsoft Entra access token for a Partner Center access token. Version ${version}, also as <a href="/openapi.json">OpenAPI</a>.</p>
<h2>Request</h2>
<pre>POST ${generateTokenPaths.v3}
Authorization: Bearer …
Accept: application/json
Content-Type: application/x-www-form-urlencoded
ms-requestid: 9f1c7a52-6a0e-4f0b-8f5e-2d8f4f1c8a10

grant_type=${jwtTokenGrantType}</pre>
<p><code>${generateTokenPaths.legacy}</code> is the older version of the same API. It is deprecated and answers with <code>expires_in</code> as text.</p>
<h2>Headers</h2>
<div class="scroll"><table>
<thead><tr><th scope="col">Header</th><th scope="col">Meaning</th></tr></thead>
<tbody>
<tr><td><code>Authorization</code></td><td>Required. One Bearer token of Microsoft Entra for <code>https://api.partnercenter.microsoft.com</code>.</td></tr>
<tr><td><code>Accept</code></td><td>Required. ${responseMediaTypes.join(', ')}.</td></tr>
<tr><td><code>Content-Type</code></td><td>Required. ${requestMediaTypes.join(', ')}.</td></tr>
<tr><td><code>ms-requestid</code></td><td>Idempotency. The same id gets the same token until it expires; send it again after a time-out, and a new one after any answer.</td></tr>
<tr><td><code>ms-correlationid</code></td><td>For tracing. Comes back in the answer, and is made when absent.</td></tr>
<tr><td><code>ValidateMfa</code></td><td><code>true</code> asks for <code>isMfaCompliant</code> in the answer to an app+user token.</td></tr>
</tbody></table></div>
<h2>Answer</h2>
<pre>{"access_token":"…","token_type":"Bearer","expires_in":3600}</pre>
<p>The token verifies against <a href="/.well-known/jwks.json"><code>/.well-known/jwks.json</code></a>. Treat it as opaque: its claims may change.</p>
<h2>Errors</h2>
<p>Checked in this order; the first that fails answers.</p>
<div class="scroll"><table>
<thead><tr><th scope="col">HTTP</th><th scope="col">code</th><th scope="col">description</th></tr></thead>
<tbody>
${Object.values(errorTable).map((entry) => html`<tr><td>${entry.status}</td><td><code>${entry.code}</code></td><td>${entry.description}</td></tr>`)}
</tbody></table></div>`,
  );
