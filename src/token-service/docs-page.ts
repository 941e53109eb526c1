import { html, raw } from 'hono/html';
import { generateTokenPaths, jwtTokenGrantType } from '../protocol/generate-token.ts';
import { requestMediaTypes, responseMediaTypes } from '../protocol/media-type.ts';
import { errorTable } from './error-table.ts';

const style = `
:root { color-scheme: light dark; --line: #8884; --accent: light-dark(#0b5cad, #7ab8ff); }
body { font: 16px/1.55 system-ui, sans-serif; max-width: 62rem; margin: 0 auto; padding: 2.5rem 1.25rem 4rem; }
h1 { font-size: 1.8rem; margin: 0 0 .25rem; } h2 { font-size: 1.2rem; margin: 2.25rem 0 .5rem; }
p { margin: .5rem 0; } a { color: var(--accent); }
code, pre { font: 0.9em/1.5 ui-monospace, monospace; }
pre { border: 1px solid var(--line); border-radius: 8px; padding: .9rem 1rem; overflow-x: auto; }
table { border-collapse: collapse; width: 100%; } th, td { text-align: left; vertical-align: top; padding: .4rem .75rem .4rem 0; border-bottom: 1px solid var(--line); }
th { font-weight: 600; } td:first-child { white-space: nowrap; } .scroll { overflow-x: auto; }
`;

/** The page at `/docs`: what `/openapi.json` says, for a person. No script, nothing from elsewhere. */
export function docsPage(version: string): string {
  return String(html`<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>Generate access token</title>
<style>${raw(style)}</style>
</head>
<body>
<main>
<h1>Generate access token</h1>
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
</tbody></table></div>
</main>
</body>
</html>
`);
}
