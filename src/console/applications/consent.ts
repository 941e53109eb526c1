import { html } from 'hono/html';
import { grantAdminConsent, permissionStates } from '../../domain/index.ts';
import type { ConsoleContext } from '../context.ts';
import { markerInput } from '../form.ts';
import type { Visit } from '../route.ts';
import { applicationPage } from './application-page.ts';
import { applicationAsked } from './asked.ts';
import { applicationPath } from './paths.ts';
import { permissionsDone, statusOf } from './permissions.ts';

/** `GET /console/applications/:appId/permissions/consent`: what would be granted, and by whom. */
export async function askForConsent(context: ConsoleContext, visit: Visit) {
  const application = await applicationAsked(context, visit);
  const { displayName: organization } = visit.tenant;
  const action = applicationPath(application.appId, 'permissions/consent');
  const states = await permissionStates(context.directory, application, visit.tenant.id);
  return applicationPage(context, visit, {
    application,
    part: 'permissions',
    isInside: true,
    heading: 'Grant admin consent',
    body: html`<section class="card"><p>Do you want to grant consent for the requested permissions for all accounts in ${organization}? Users are then not asked any more.</p>
<ul class="permissions">
${states.map((state) => html`<li>${state.displayName} – ${state.resourceName}<code>${state.value}</code>${statusOf(state, visit.tenant)}</li>\n`)}</ul>
<p class="small quiet">You consent as ${visit.user.userPrincipalName}.</p>
<form method="post" action="${action}">${markerInput(context, visit, action)}
<div class="actions"><button class="primary">Yes, grant consent</button><a class="button" href="${applicationPath(application.appId, 'permissions')}">No</a></div>
</form></section>`,
  });
}

/** `POST …/permissions/consent`. Who administers applications may consent for everybody (`mayConsentForTenant`). */
export async function grantConsent(context: ConsoleContext, visit: Visit) {
  const application = await applicationAsked(context, visit);
  await grantAdminConsent(context, application, visit.tenant);
  return permissionsDone(application.appId, 'granted');
}
