import { html } from 'hono/html';
import { Refusal, type User } from '../../domain/index.ts';
import type { Form } from '../../protocol/form.ts';
import type { ConsoleContext } from '../context.ts';
import { markerInput } from '../form.ts';
import { secondOf } from '../instant.ts';
import { type Problem, textField } from '../pages/fields.ts';
import { consolePage } from '../pages/frame.ts';
import { doneNote } from '../pages/notes.ts';
import { problemAt } from '../pages/problem.ts';
import { queryOf } from '../query.ts';
import { redirectTo } from '../reply.ts';
import type { Visit } from '../route.ts';
import type { ConsoleSandbox, SandboxClock } from '../sandbox.ts';
import { clockPath } from './paths.ts';

const done = {
  advanced: 'The time was moved.',
  set: 'The time was set.',
  frozen: 'The time stands still.',
  running: 'The time runs on from where it stood.',
  restored: 'It is the machine’s time again, and runs.',
} as const;

type Change = (sandbox: ConsoleSandbox, form: Form) => Promise<unknown>;

/** What the buttons do, by the word that stands in the address afterwards. */
const changes: Readonly<Record<keyof typeof done, Change>> = {
  advanced: (sandbox, form) => sandbox.advanceClock((form.get('duration') ?? '').trim()),
  set: (sandbox, form) => sandbox.setClock({ now: instantIn(form) }),
  frozen: (sandbox) => sandbox.setClock({ frozen: true }),
  running: (sandbox) => sandbox.setClock({ frozen: false }),
  restored: (sandbox) => sandbox.restoreClock(),
};

/** A browser's own field says neither the time zone nor, at a full minute, the seconds. */
const instantIn = (form: Form): string =>
  (form.get('now') ?? '')
    .trim()
    .replace(/T\d\d:\d\d$/, '$&:00')
    .replace(/T[\d:.]+$/, '$&Z');

/** `GET /console/clock` */
export const showClock = async (context: ConsoleContext, visit: Visit) => clockPage(context, visit, []);

/** `POST /console/clock`: `change` says which of the buttons it was. */
export async function changeClock(context: ConsoleContext, visit: Visit) {
  const word = (Object.keys(changes) as (keyof typeof changes)[]).find((name) => name === visit.form.get('change'));
  if (!word) return showClock(context, visit);
  try {
    await changes[word](context.sandbox, visit.form);
    return redirectTo(`${clockPath}?done=${word}`);
  } catch (cause) {
    if (!(cause instanceof Refusal)) throw cause;
    return clockPage(context, visit, [problemAt(cause, fields)]);
  }
}

const fields = {
  duration: ['duration', 'Duration'],
  now: ['now', 'Date and time'],
  frozen: ['pace', ''],
} as const;

async function clockPage(context: ConsoleContext, visit: Visit, problems: readonly Problem[]) {
  const clock = await context.sandbox.clock();
  return consolePage(context, visit, {
    heading: 'Clock',
    within: clockPath,
    lead: 'The sandbox’s time, for all of its tenants. Tokens, codes, secrets, relationships and sign-ins live by it; TLS certificates live by the machine’s.',
    problems,
    body: html`${doneNote(done, queryOf(visit).get('done'))}${stateOf(clock)}
${warning(visit)}${forms(context, visit, { clock, problems })}`,
  });
}

const stateOf = ({ now, frozen }: SandboxClock) => html`<section class="card"><dl class="known">
<div><dt>Time</dt><dd><strong>${secondOf(now)}</strong></dd></div>
<div><dt>Pace</dt><dd>${frozen ? html`<span class="badge missing">Frozen</span>` : html`<span class="badge good">Running</span>`}</dd></div>
</dl></section>`;

const warning = ({ user }: Visit) =>
  html`<div class="notice beneath"><p>Moving the time on may end your own sign-in here, which lasts eight hours; what has ended need not come back when the time is moved back.${user.mfa.totpSecret ? ownCode(user) : ''}</p></div>
`;

const ownCode = ({ userPrincipalName: name }: User) =>
  html` A new sign-in takes a one-time code of the sandbox’s time, which an app on a phone does not know: <a href="/sandbox/users/${encodeURIComponent(name)}/totp">/sandbox/users/${name}/totp</a> tells it.`;

const steps = [
  ['PT1H', 'One hour'],
  ['P1D', 'One day'],
  ['P91D', '91 days'],
] as const;

function forms(
  context: ConsoleContext,
  visit: Visit,
  { clock, problems }: { readonly clock: SandboxClock; readonly problems: readonly Problem[] },
) {
  const marker = () => markerInput(context, visit, clockPath);
  const entered = (name: string) => visit.form.get(name) ?? '';
  return html`<section class="card"><h2>Advance</h2>
<p>After 91 days without use a refresh token has ended (AADSTS700082).</p>
<form method="post" action="${clockPath}">${marker()}<input type="hidden" name="change" value="advanced">
<div class="actions">${steps.map(([duration, text]) => html`<button name="duration" value="${duration}">${text}</button>`)}</div></form>
<form method="post" action="${clockPath}" novalidate>${marker()}<input type="hidden" name="change" value="advanced">
${textField({ name: 'duration', label: 'Duration', hint: 'ISO 8601: P91D, PT1H30M, P1M; with a minus before it the time goes back.', value: entered('duration'), required: true, maxLength: 64, joined: html`<button class="primary">Advance</button>` }, problems)}</form></section>
<section class="card"><h2>Set</h2>
<form method="post" action="${clockPath}" novalidate>${marker()}<input type="hidden" name="change" value="set">
${textField({ name: 'now', label: 'Date and time (UTC)', value: entered('now') || clock.now.slice(0, 16), type: 'datetime-local', required: true, joined: html`<button class="primary">Set</button>` }, problems)}</form></section>
<section class="card" id="pace"><h2>Pace</h2>
<p>A frozen time stands still until it is let run or moved. The next start of the sandbox begins at the machine’s time.</p>
<form method="post" action="${clockPath}">${marker()}
<div class="actions">${clock.frozen ? html`<button name="change" value="running">Let it run</button>` : html`<button name="change" value="frozen">Freeze</button>`}<button name="change" value="restored">Back to the machine’s time</button></div></form></section>`;
}
