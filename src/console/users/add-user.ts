import { html } from 'hono/html';
import type { ConsoleContext } from '../context.ts';
import { radioField } from '../pages/fields.ts';
import { consolePage } from '../pages/frame.ts';
import type { Visit } from '../route.ts';
import { newUserPath, usersPath } from './paths.ts';

/** `/console/users/add`: what "Add user" opens. There is one way to add users here; Partner Center asks all the same. */
export const chooseWayToAdd = async (context: ConsoleContext, visit: Visit) =>
  consolePage(context, visit, {
    heading: 'Add users',
    within: usersPath,
    trail: [[usersPath, 'User management']],
    body: html`<section class="card"><form action="${newUserPath}" method="get">
${radioField({ name: 'way', label: 'How do you want to add them?', chosen: 'create' }, [
  {
    value: 'create',
    label: 'Create new users',
    about: `A new work account of ${visit.tenant.displayName}, with a temporary password.`,
  },
])}<div class="actions"><button class="primary">Continue</button><a class="button" href="${usersPath}">Cancel</a></div>
</form></section>`,
  });
