import { html } from 'hono/html';
import type { JudgedCheck } from '../../base/check-trail.ts';
import type { Application, Flow } from '../../domain/index.ts';
import type { Markup } from '../../http/page.ts';
import { type Explanation, explanationsOf } from '../../protocol/explanations.ts';
import { applicationPath } from '../applications/paths.ts';
import type { ConsoleContext } from '../context.ts';
import { ConsoleError } from '../error.ts';
import { consolePage } from '../pages/frame.ts';
import type { Visit } from '../route.ts';
import { usersPath } from '../users/paths.ts';
import { flowTable, namesOf } from './list-flows.ts';
import { liveNote, livePart, liveScript } from './live.ts';
import { flowsPath } from './paths.ts';
import { outcomeBadge, timeOf, titleOf } from './wording.ts';

const mostOfOneStory = 100;

/** `/console/flows/:id`: each check in its order, the one that refused, why, and what to do. */
export async function showFlow(context: ConsoleContext, visit: Visit) {
  const flow = context.flows.find(visit.parameter('id'));
  if (!flow) throw new ConsoleError('notFound', 'This request is not among the last that are remembered.');
  const others = othersOf(context, flow);
  const application = flow.clientId ? await context.directory.applicationById(flow.clientId.toLowerCase()) : undefined;
  return consolePage(context, visit, {
    heading: titleOf(flow),
    within: flowsPath,
    trail: [[flowsPath, 'Flows']],
    script: liveScript,
    body: html`<div${livePart}>${refusalOf(visit, flow, application)}${checksOf(flow)}${factsOf(flow, application)}</div>${sentOf(flow)}<h2>More under this correlation ID</h2>
${liveNote}${flowTable(others, await namesOf(context, others))}`,
  });
}

function othersOf({ flows }: ConsoleContext, { id, correlationId }: Flow): readonly Flow[] {
  if (correlationId === undefined) return [];
  return flows.list({ correlationId, top: mostOfOneStory }).items.filter((other) => other.id !== id);
}

/** Cause and next step, as `partner-auth explain` tells them. */
function refusalOf(visit: Visit, flow: Flow, application: Application | undefined): Markup {
  const explanations = explanationsOf(flow.errorCodes);
  if (explanations.length > 0)
    return html`${explanations.map((one) => explained(one, remedyOf(visit, one, application)))}`;
  if (flow.message === undefined) return html``;
  return html`<section class="card refused"><h2>HTTP ${flow.status}</h2><p>${flow.message}</p></section>\n`;
}

const explained = ({ code, meaning, cause, nextStep }: Explanation, remedy: Remedy | undefined): Markup =>
  html`<section class="card refused"><h2>${code}: ${meaning}</h2>
<dl class="told"><div><dt>Cause</dt><dd>${cause}</dd></div>
<div><dt>Next step</dt><dd>${nextStep}</dd></div></dl>
${remedy === undefined ? '' : html`<p><a class="button primary" href="${remedy.path}">${remedy.title}</a></p>\n`}</section>
`;

interface Remedy {
  readonly path: string;
  readonly title: string;
}

type Remedies = Readonly<Record<string, (appId: string) => Remedy>>;

const permissions = (appId: string): Remedy => ({
  path: applicationPath(appId, 'permissions'),
  title: 'API permissions of the application',
});
const credentials = (appId: string): Remedy => ({
  path: applicationPath(appId, 'credentials'),
  title: 'Certificates & secrets of the application',
});
const authentication = (appId: string): Remedy => ({
  path: applicationPath(appId, 'authentication'),
  title: 'Authentication of the application',
});
const users = (): Remedy => ({ path: usersPath, title: 'User management' });

/** The page of the console on which a refusal is mended. */
const remedies: Remedies = {
  AADSTS65001: permissions,
  AADSTS650057: permissions,
  AADSTS7000215: credentials,
  AADSTS7000222: credentials,
  AADSTS700027: credentials,
  AADSTS50011: authentication,
  AADSTS500113: authentication,
  AADSTS7000218: authentication,
  AADSTS50034: users,
  AADSTS50053: users,
  AADSTS50055: users,
  AADSTS50057: users,
  AADSTS50126: users,
};

/** Only for an application of the visitor's own tenant: another's has no page here. */
function remedyOf({ tenant }: Visit, { code }: Explanation, application: Application | undefined): Remedy | undefined {
  return application?.appOwnerOrganizationId === tenant.id ? remedies[code]?.(application.appId) : undefined;
}

const results: Readonly<Record<JudgedCheck['result'], Markup>> = {
  passed: html`<span class="badge good">Passed</span>`,
  stopped: html`<span class="badge refusal">Refused</span>`,
  notReached: html`<span class="badge quiet">Not reached</span>`,
};

const unchecked: Readonly<Record<Flow['outcome'], string>> = {
  underWay: 'The answer is under way.',
  answered: 'It was answered before it got to the first.',
  cut: 'It got to none: a fault that is set in this sandbox cut the connection.',
  failed: 'The sandbox failed on the way. Its log says why.',
};

const checksOf = ({ checks, outcome }: Flow): Markup => html`<section class="card wide"><h2>Checks</h2>
${
  checks === undefined
    ? html`<p>${unchecked[outcome]}</p>`
    : html`<ol class="checks">
${checks.map(({ about, result, finding }) => html`<li class="${result}"${result === 'stopped' ? html` aria-current="step"` : ''}>${results[result]}<span>${about}${finding === undefined ? '' : html`<small>${finding}</small>`}</span></li>\n`)}</ol>`
}</section>
`;

const factsOf = (flow: Flow, application: Application | undefined): Markup => {
  const facts: readonly (readonly [string, Markup | string | undefined])[] = [
    ['Outcome', outcomeBadge(flow)],
    ['Time', `${timeOf(flow)} UTC`],
    [
      'Answered',
      flow.status === undefined ? undefined : `HTTP ${flow.status} after ${flow.durationMilliseconds ?? 0} ms`,
    ],
    ['Application', application?.displayName],
    ['Application (client) ID', flow.clientId && html`<code>${flow.clientId}</code>`],
    ['Tenant, as it was named', flow.tenant],
    ['Correlation ID', flow.correlationId && html`<code>${flow.correlationId}</code>`],
    ['Sent by', flow.userAgent],
  ];
  return html`<section class="card wide"><h2>The request</h2><dl class="known">
${facts.map(([name, value]) => (value === undefined ? '' : html`<div><dt>${name}</dt><dd>${value}</dd></div>\n`))}</dl></section>
`;
};

const sentOf = ({ method, path, query, form, authorization }: Flow): Markup => {
  const sent = [
    ...(authorization === undefined ? [] : [['Authorization', authorization] as const]),
    ...Object.entries(query),
    ...Object.entries(form),
  ];
  return html`<section class="card wide"><h2>What was sent</h2>
<p><code>${method} ${path}</code></p>
${
  sent.length === 0
    ? ''
    : html`<table class="sent"><thead><tr><th scope="col">Name</th><th scope="col">Value</th></tr></thead><tbody>
${sent.map(([name, value]) => html`<tr><th scope="row"><code>${name}</code></th><td><code>${value}</code></td></tr>\n`)}</tbody></table>
<p class="small quiet">Secrets are not kept. Equal ones have equal digests.</p>`
}</section>
`;
};
