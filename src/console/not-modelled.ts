import { html } from 'hono/html';
import type { ConsoleContext } from './context.ts';
import { consolePage } from './pages/frame.ts';
import type { Visit } from './route.ts';

/** What somebody who knows the real pages will look for, and what there is in its place. */
const absent: readonly (readonly [what: string, instead: string])[] = [
  ['Microsoft accounts (outlook.com, live.com)', 'Work accounts alone sign in.'],
  [
    'Self-service password reset',
    'A recovery mail address is kept and nothing is sent to it. An administrator resets the password.',
  ],
  ['Conditional access and security defaults', 'A second factor is asked for by one switch for each user.'],
  ['Second factors other than an authenticator app', 'Time-based one-time passwords.'],
  [
    'Groups, directory roles and licences',
    'Directory roles come from a seed file; Partner Center’s roles are given here.',
  ],
  ['Deleting users and applications', 'Users are blocked; a reset of the sandbox takes everything back.'],
  ['Application roles offered by own applications', 'They come from a seed file.'],
  [
    'Approval of a relationship by the customer, its security groups, its renewal',
    'A relationship is active at once, for every user of the partner, until it ends.',
  ],
  ['Locations and profiles of the partner', 'A referral names its location.'],
  ['Publisher verification, branding, owners', 'An application has a name.'],
];

export const notModelled = async (context: ConsoleContext, visit: Visit) =>
  consolePage(context, visit, {
    heading: 'What is not modelled',
    within: '/console/not-modelled',
    lead: 'This is a sandbox: it holds what it takes to obtain and use partner tokens. What the real pages have and these have not, and what there is instead:',
    body: html`<table>
<thead><tr><th scope="col">Not here</th><th scope="col">Instead</th></tr></thead>
<tbody>
${absent.map(([what, instead]) => html`<tr><th scope="row">${what}</th><td>${instead}</td></tr>\n`)}</tbody></table>`,
  });
