import { html } from 'hono/html';
import type { Application } from '../../domain/index.ts';
import type { ConsoleContext } from '../context.ts';
import { doneNote } from '../pages/notes.ts';
import { queryOf } from '../query.ts';
import type { Visit } from '../route.ts';
import { accountTypeName } from './account-types.ts';
import { applicationPage } from './application-page.ts';
import { applicationAsked } from './asked.ts';
import { applicationPath } from './paths.ts';

const done = {
  registered:
    'Registered. Next: a client secret under “Certificates & secrets”, and permissions under “API permissions”.',
} as const;

/** `GET /console/applications/:appId` */
export async function showApplication(context: ConsoleContext, visit: Visit) {
  const application = await applicationAsked(context, visit);
  return applicationPage(context, visit, {
    application,
    part: '',
    heading: application.displayName,
    body: html`${doneNote(done, queryOf(visit).get('done'))}${essentials(visit, application)}${tokenRequest(visit, application)}`,
  });
}

function essentials({ tenant }: Visit, { appId, displayName, signInAudience, ...application }: Application) {
  const redirects = Object.values(application.redirectUris).flat().length;
  const credentials = `${counted(application.passwordCredentials, 'secret')}, ${counted(application.keyCredentials, 'certificate')}`;
  return html`<section class="card"><h2>Essentials</h2><dl class="known">
<div><dt>Display name</dt><dd>${displayName}</dd></div>
<div><dt>Application (client) ID</dt><dd><code id="client-id">${appId}</code></dd></div>
<div><dt>Directory (tenant) ID</dt><dd><code>${tenant.id}</code></dd></div>
<div><dt>Supported account types</dt><dd>${accountTypeName(signInAudience)}</dd></div>
<div><dt>Client credentials</dt><dd><a href="${applicationPath(appId, 'credentials')}">${credentials}</a></dd></div>
<div><dt>Redirect URIs</dt><dd><a href="${applicationPath(appId, 'authentication')}">${redirects === 0 ? 'Add a redirect URI' : String(redirects)}</a></dd></div>
</dl></section>
`;
}

const counted = ({ length }: readonly object[], noun: string): string => `${length} ${noun}${length === 1 ? '' : 's'}`;

/** The request of the Referrals document with what is known here; secrets stay whoever asks for the token's. */
const tokenRequest = (
  { http }: Visit,
  { appId }: Application,
) => html`<section class="card wide"><h2>The token request of the Referrals document</h2>
<p class="small quiet">Once there is a secret, permissions are added and consent is granted:</p>
<pre>POST ${http.origin}/common/oauth2/token HTTP/1.1
Accept: application/json
Content-Type: application/x-www-form-urlencoded

resource=https://api.partner.microsoft.com
&amp;grant_type=password
&amp;scope=openid
&amp;client_id=${appId}
&amp;client_secret={client-secret-here}
&amp;username={partner-account-upn-here}
&amp;password={partner-account-password-here}</pre></section>`;
