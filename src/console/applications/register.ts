import { html } from 'hono/html';
import { addApplication, Refusal } from '../../domain/index.ts';
import type { ConsoleContext } from '../context.ts';
import { markerInput } from '../form.ts';
import { type Problem, radioField, textField } from '../pages/fields.ts';
import { consolePage } from '../pages/frame.ts';
import { problemAt } from '../pages/problem.ts';
import { redirectTo } from '../reply.ts';
import type { Visit } from '../route.ts';
import { accountTypeIn, accountTypes } from './account-types.ts';
import { applicationPath, applicationsPath, newApplicationPath } from './paths.ts';

/** `GET /console/applications/new` */
export const registrationForm = async (context: ConsoleContext, visit: Visit) => formPage(context, visit, []);

/**
 * `POST /console/applications/new`. The Referrals document's request is a password grant, and the document names no switch
 * for it: what is registered here has it on.
 */
export async function register(context: ConsoleContext, visit: Visit) {
  const { form, tenant } = visit;
  try {
    const { appId } = await addApplication(context, tenant, {
      displayName: form.get('displayName') ?? '',
      signInAudience: accountTypeIn(form.get('signInAudience')),
      allowsPasswordGrant: true,
    });
    return redirectTo(`${applicationPath(appId)}?done=registered`);
  } catch (cause) {
    if (!(cause instanceof Refusal)) throw cause;
    return formPage(context, visit, [problemAt(cause, fields)]);
  }
}

const fields = { displayName: ['displayName', 'The name'] } as const;

const formPage = (context: ConsoleContext, visit: Visit, problems: readonly Problem[]) => {
  const { form, tenant } = visit;
  const chosen = accountTypeIn(form.get('signInAudience')) ?? 'AzureADMyOrg';
  return consolePage(context, visit, {
    heading: 'Register an application',
    within: applicationsPath,
    trail: [[applicationsPath, 'App registrations']],
    problems,
    body: html`<section class="card"><form method="post" action="${newApplicationPath}" novalidate>${markerInput(context, visit, newApplicationPath)}
${textField({ name: 'displayName', label: 'Name', hint: 'Shown to users, and such as Partner Center Access App. It can be changed later.', value: form.get('displayName') ?? '', required: true, maxLength: 256, focus: true }, problems)}
${radioField({ name: 'signInAudience', label: 'Supported account types', chosen }, accountTypes(tenant, chosen))}<div class="actions"><button class="primary">Register</button><a class="button" href="${applicationsPath}">Cancel</a></div>
</form></section>`,
  });
};
