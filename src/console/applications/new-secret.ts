import { html } from 'hono/html';
import { addSecret, Refusal, usualSecretDays } from '../../domain/index.ts';
import type { ConsoleContext } from '../context.ts';
import { markerInput } from '../form.ts';
import { type Problem, selectField, textField } from '../pages/fields.ts';
import { toldOnce } from '../pages/notes.ts';
import { problemAt } from '../pages/problem.ts';
import type { Visit } from '../route.ts';
import { applicationPage } from './application-page.ts';
import { applicationAsked } from './asked.ts';
import { dayOf } from './credentials.ts';
import { applicationPath } from './paths.ts';

const lifetimes: readonly (readonly [days: number, label: string])[] = [
  [90, '90 days (3 months)'],
  [180, 'Recommended: 180 days (6 months)'],
  [365, '365 days (12 months)'],
  [545, '545 days (18 months)'],
  [730, '730 days (24 months)'],
];

/** `GET /console/applications/:appId/credentials/new-secret` */
export const newSecretForm = async (context: ConsoleContext, visit: Visit) => formPage(context, visit, []);

/** `POST …/credentials/new-secret`: the one answer that tells the value. */
export async function createSecret(context: ConsoleContext, visit: Visit) {
  const application = await applicationAsked(context, visit);
  const description = (visit.form.get('description') ?? '').trim();
  const lifetimeDays = Number(visit.form.get('lifetimeDays') ?? usualSecretDays);
  try {
    const order = { lifetimeDays, ...(description === '' ? {} : { displayName: description }) };
    const { credential, secretText } = await addSecret(context, application.appId, order);
    return applicationPage(context, visit, {
      application,
      part: 'credentials',
      isInside: true,
      heading: 'Client secret created',
      body: html`${toldOnce(
        [
          { name: 'Value', value: secretText.reveal() },
          { name: 'Secret ID', value: credential.keyId },
        ],
        'Copy the value now. It is shown this once: nobody can look it up later.',
      )}<p>${credential.displayName}, good until ${dayOf(credential.endDateTime)}.</p>
<div class="actions"><a class="button primary" href="${applicationPath(application.appId, 'credentials')}">Done</a></div>`,
    });
  } catch (cause) {
    if (!(cause instanceof Refusal)) throw cause;
    return formPage(context, visit, [problemAt(cause, fields)]);
  }
}

const fields = {
  displayName: ['description', 'Description'],
  lifetimeDays: ['lifetimeDays', 'Expires'],
  keyId: ['description', ''],
} as const;

async function formPage(context: ConsoleContext, visit: Visit, problems: readonly Problem[]) {
  const application = await applicationAsked(context, visit);
  const action = applicationPath(application.appId, 'credentials/new-secret');
  return applicationPage(context, visit, {
    application,
    part: 'credentials',
    isInside: true,
    heading: 'Add a client secret',
    problems,
    body: html`<section class="card"><form method="post" action="${action}" novalidate>${markerInput(context, visit, action)}
${textField({ name: 'description', label: 'Description', value: visit.form.get('description') ?? '', maxLength: 256, focus: true }, problems)}
${selectField(
  { name: 'lifetimeDays', label: 'Expires', chosen: visit.form.get('lifetimeDays') ?? String(usualSecretDays) },
  lifetimes.map(([days, label]) => ({ value: String(days), label })),
)}<div class="actions"><button class="primary">Add</button><a class="button" href="${applicationPath(application.appId, 'credentials')}">Cancel</a></div>
</form></section>`,
  });
}
