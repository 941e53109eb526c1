import { createHash } from 'node:crypto';
import { html } from 'hono/html';
import {
  type Application,
  type ClientSecret,
  changeApplication,
  type KeyCredential,
  withoutCertificate,
  withoutSecret,
} from '../../domain/index.ts';
import type { Markup } from '../../http/page.ts';
import type { ConsoleContext } from '../context.ts';
import { markerInput } from '../form.ts';
import { doneNote } from '../pages/notes.ts';
import { queryOf } from '../query.ts';
import { redirectTo } from '../reply.ts';
import type { Visit } from '../route.ts';
import { applicationPage } from './application-page.ts';
import { applicationAsked } from './asked.ts';
import { applicationPath } from './paths.ts';

const done = {
  secretRemoved: 'The secret was removed. Requests with it are refused from now on.',
  certificateRemoved: 'The certificate was removed. Requests with it are refused from now on.',
  certificateAdded: 'The certificate was uploaded. Requests signed with its key are taken from now on.',
} as const;

export const credentialsDone = (appId: string, word: keyof typeof done) =>
  redirectTo(`${applicationPath(appId, 'credentials')}?done=${word}`);

/** `GET /console/applications/:appId/credentials` */
export async function showCredentials(context: ConsoleContext, visit: Visit) {
  const application = await applicationAsked(context, visit);
  const { appId, passwordCredentials, keyCredentials } = application;
  const path = (part: string) => applicationPath(appId, `credentials/${part}`);
  return applicationPage(context, visit, {
    application,
    part: 'credentials',
    heading: 'Certificates & secrets',
    lead: 'What the application proves itself with at the authority. Several may be valid at once, for a rotation.',
    body: html`${doneNote(done, queryOf(visit).get('done'))}<h2 id="secrets">Client secrets</h2>
<div class="commands"><a class="button primary" href="${path('new-secret')}">+ New client secret</a></div>
${passwordCredentials.length === 0 ? html`<p class="lead">There is none.</p>` : tableOf({ context, visit, action: path('remove-secret') }, passwordCredentials.map(secretRow))}
<h2 id="certificates">Certificates</h2>
<div class="commands"><a class="button" href="${path('new-certificate')}">Upload certificate</a></div>
${keyCredentials.length === 0 ? html`<p class="lead">There is none.</p>` : tableOf({ context, visit, action: path('remove-certificate') }, keyCredentials.map(certificateRow))}`,
  });
}

/** `POST …/credentials/remove-secret` and `…/remove-certificate` */
export const removeSecret = removal(withoutSecret, 'secretRemoved');
export const removeCertificate = removal(withoutCertificate, 'certificateRemoved');

function removal(without: (application: Application, keyId: string) => Application, word: keyof typeof done) {
  return async (context: ConsoleContext, visit: Visit) => {
    const { appId } = await applicationAsked(context, visit);
    await changeApplication(context, appId, (application) => without(application, visit.form.get('keyId') ?? ''));
    return credentialsDone(appId, word);
  };
}

interface Row {
  readonly keyId: string;
  readonly name: string;
  readonly detail: string;
  readonly endDateTime: Date;
}

const secretRow = ({ keyId, displayName, endDateTime }: ClientSecret): Row => ({
  keyId,
  name: displayName,
  detail: `Secret ID ${keyId}`,
  endDateTime,
});

const certificateRow = ({ keyId, displayName, endDateTime, key }: KeyCredential): Row => ({
  keyId,
  name: displayName,
  detail: `Thumbprint ${createHash('sha1').update(Buffer.from(key, 'base64')).digest('hex').toUpperCase()}`,
  endDateTime,
});

interface Removal {
  readonly context: ConsoleContext;
  readonly visit: Visit;
  readonly action: string;
}

const tableOf = ({ context, visit, action }: Removal, rows: readonly Row[]): Markup => html`<table>
<thead><tr><th scope="col">Description</th><th scope="col">Expires</th><th scope="col" class="end"><span class="unseen">Remove</span></th></tr></thead>
<tbody>
${rows.map(
  ({
    keyId,
    name,
    detail,
    endDateTime,
  }) => html`<tr><th scope="row">${name}<small>${detail}</small></th><td><span class="whole">${dayOf(endDateTime)}</span>${endDateTime > visit.now ? '' : html` <span class="badge off">Expired</span>`}</td><td class="end"><form method="post" action="${action}">${markerInput(context, visit, action)}<input type="hidden" name="keyId" value="${keyId}"><button aria-label="Remove ${name}">Remove</button></form></td></tr>
`,
)}</tbody></table>
`;

export const dayOf = (instant: Date): string => instant.toISOString().slice(0, 10);
