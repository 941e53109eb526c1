import { html } from 'hono/html';
import {
  type Application,
  type ApplicationSettings,
  changeApplication,
  type RedirectPlatform,
  Refusal,
  withApplicationSettings,
} from '../../domain/index.ts';
import type { Form } from '../../protocol/form.ts';
import type { ConsoleContext } from '../context.ts';
import { markerInput } from '../form.ts';
import { areaField, checkFields, type Problem, radioField } from '../pages/fields.ts';
import { doneNote } from '../pages/notes.ts';
import { queryOf } from '../query.ts';
import { redirectTo } from '../reply.ts';
import type { Visit } from '../route.ts';
import { accountTypeIn, accountTypes } from './account-types.ts';
import { applicationPage } from './application-page.ts';
import { applicationAsked } from './asked.ts';
import { applicationPath } from './paths.ts';

/** The platforms as the portal names them, and what comes back to such an address. */
const platforms: readonly (readonly [platform: RedirectPlatform, label: string, hint: string])[] = [
  ['web', 'Web', 'Of a server that keeps a secret. One address in a line.'],
  ['spa', 'Single-page application', 'Of a page that redeems in the browser, with PKCE. One address in a line.'],
  [
    'publicClient',
    'Mobile and desktop applications',
    'Of a program on somebody’s device. With http://localhost any port will do. One address in a line.',
  ],
];

const switches = [
  {
    value: 'isFallbackPublicClient',
    label: 'Allow public client flows',
    about: 'Device code, and the password grant without a secret.',
  },
  {
    value: 'allowsPasswordGrant',
    label: 'Allow the password grant with a secret',
    about:
      'What the Referrals document’s request is. On for what is registered here; a user who must have a second factor gets no token by it.',
  },
] as const;

/** `GET /console/applications/:appId/authentication` */
export async function showAuthentication(context: ConsoleContext, visit: Visit) {
  const application = await applicationAsked(context, visit);
  return formPage(context, visit, { application, entered: settingsOf(application), problems: [] });
}

/** `POST /console/applications/:appId/authentication` */
export async function saveAuthentication(context: ConsoleContext, visit: Visit) {
  const application = await applicationAsked(context, visit);
  const entered = settingsIn(visit.form);
  try {
    await changeApplication(context, application.appId, (now) => withApplicationSettings(now, entered));
    return redirectTo(`${applicationPath(application.appId, 'authentication')}?done=saved`);
  } catch (cause) {
    if (!(cause instanceof Refusal) || cause.code === 'missing') throw cause;
    const [platform = 'web', label] = platforms.find(([name]) => cause.field === `redirectUris.${name}`) ?? [];
    const problems = [{ field: platform, text: `${label ?? 'What was entered'}: ${cause.message}` }];
    return formPage(context, visit, { application, entered, problems });
  }
}

interface Entered extends ApplicationSettings {
  readonly redirectUris: Readonly<Record<RedirectPlatform, readonly string[]>>;
}

const settingsOf = ({ redirectUris, signInAudience, isFallbackPublicClient, allowsPasswordGrant }: Application) => ({
  redirectUris,
  signInAudience,
  isFallbackPublicClient,
  allowsPasswordGrant,
});

const addressesIn = (text = ''): readonly string[] =>
  text
    .split(/\s+/)
    .map((line) => line.trim())
    .filter((line) => line !== '');

const settingsIn = (form: Form): Entered => ({
  redirectUris: {
    web: addressesIn(form.get('web')),
    spa: addressesIn(form.get('spa')),
    publicClient: addressesIn(form.get('publicClient')),
  },
  signInAudience: accountTypeIn(form.get('signInAudience')),
  isFallbackPublicClient: form.get('isFallbackPublicClient') === 'yes',
  allowsPasswordGrant: form.get('allowsPasswordGrant') === 'yes',
});

function formPage(
  context: ConsoleContext,
  visit: Visit,
  { application, entered, problems }: { application: Application; entered: Entered; problems: readonly Problem[] },
) {
  const action = applicationPath(application.appId, 'authentication');
  const chosen = entered.signInAudience ?? application.signInAudience;
  return applicationPage(context, visit, {
    application,
    part: 'authentication',
    heading: 'Authentication',
    problems,
    body: html`${doneNote({ saved: 'Saved.' }, queryOf(visit).get('done'))}<section class="card"><form method="post" action="${action}" novalidate>${markerInput(context, visit, action)}
<h2>Redirect URIs</h2>
<p>Where the authority sends a browser back to after a sign-in, letter by letter.</p>
${platforms.map(([name, label, hint]) => areaField({ name, label, hint, value: entered.redirectUris[name].join('\n') }, problems))}
${radioField({ name: 'signInAudience', label: 'Supported account types', chosen }, accountTypes(visit.tenant, chosen))}<fieldset><legend>Flows</legend>
${checkFields(switches, (name) => entered[name as (typeof switches)[number]['value']] === true)}</fieldset>
<div class="actions"><button class="primary">Save</button></div>
</form></section>`,
  });
}
