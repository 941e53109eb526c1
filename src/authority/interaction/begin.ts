import { addSeconds } from '../../base/clock.ts';
import {
  advance,
  entryKey,
  type Interaction,
  interactionLifetimeSeconds,
  nextStep,
  obviousSignIn,
  type Purpose,
  type Step,
  unguessable,
} from '../../domain/index.ts';
import type { HttpReply } from '../../http/message.ts';
import type { AadstsName } from '../../protocol/aadsts.ts';
import type { Call } from '../call.ts';
import type { AuthorityContext } from '../context.ts';
import { AuthorityError } from '../error-table.ts';
import { answerByApproval } from './approval.ts';
import { type Beginning, draftOf } from './beginning.ts';
import { type Browser, findBrowser, newBrowser } from './browser.ts';
import { complete } from './finish.ts';
import { toPage } from './proceed.ts';
import { type Account, type Standing, standingOf } from './standing.ts';

/** Begins an interaction: to its end at once where the browser's session and consent allow it, else to its first page. */
export async function begin(context: AuthorityContext, call: Call, beginning: Beginning): Promise<HttpReply> {
  const approved = await answerByApproval(context, call, beginning);
  if (approved) return approved;
  const browser = await findBrowser(context, call.http);
  const session = browser?.session;
  const draft = draftOf(call, beginning, session?.browserId ?? '');
  const before = await standingOf(context, call, { interaction: draft, session });
  const interaction = withObviousAccount(draft, before);
  const standing = interaction.signIn ? await standingOf(context, call, { interaction, session }) : before;
  const step = nextStep(interaction, standing);
  if (step === 'done') return complete(context, { call, interaction, standing });
  if (beginning.isSilent) throw silentRefusal(step, standing);
  return firstPage(context, call, { interaction, browser });
}

const hintOf = (purpose: Purpose): string | undefined =>
  purpose.kind === 'authorize' ? purpose.loginHint?.toLowerCase() : undefined;

function withObviousAccount(draft: Interaction, standing: Standing): Interaction {
  const hint = hintOf(draft.purpose);
  const isHinted = ({ user }: Account) => user.userPrincipalName.toLowerCase() === hint;
  const hinted = standing.accounts.find(isHinted)?.signIn;
  const obvious = hint && !hinted ? undefined : obviousSignIn(draft.demands, standing.signIns, hinted);
  if (obvious) return advance(draft, { step: 'pickAccount', signIn: obvious }, standing) ?? draft;
  return hint && !draft.demands.accountChoice ? { ...draft, isOtherAccount: true } : draft;
}

async function firstPage(
  context: AuthorityContext,
  call: Call,
  { interaction, browser: found }: { interaction: Interaction; browser: Browser | undefined },
): Promise<HttpReply> {
  const browser = found ?? (await newBrowser(context, call.http));
  const id = unguessable(context);
  await context.entries.add('interaction', entryKey(id), {
    value: { ...interaction, browserId: browser.session.browserId },
    expiresAt: addSeconds(call.now, interactionLifetimeSeconds),
  });
  const reply = toPage(id);
  return { ...reply, headers: [...browser.setCookie, ...reply.headers] };
}

const silentRefusals: Readonly<Partial<Record<Step, AadstsName>>> = {
  pickAccount: 'sessionAbsent',
  signIn: 'sessionAbsent',
  verify: 'strongAuthenticationRequired',
  changePassword: 'passwordExpired',
  enrol: 'mfaEnrolmentPrompt',
  needsAdministrator: 'consentRequired',
  consent: 'consentRequired',
};

/** What a page would have been needed for (OpenID Connect Core section 3.1.2.6). */
function silentRefusal(step: Step, { application, requests }: Standing): AuthorityError {
  const code = silentRefusals[step] ?? 'sessionAbsent';
  const values = {
    application: application.appId,
    name: application.displayName,
    resource: requests[0]?.resource.appId ?? application.appId,
  };
  const error = code === 'sessionAbsent' ? 'login_required' : 'interaction_required';
  return new AuthorityError(code, values, { differing: { error } });
}
