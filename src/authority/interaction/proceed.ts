import { type Answer, advance, type Interaction, type Step } from '../../domain/index.ts';
import type { HttpReply } from '../../http/message.ts';
import type { AuthorityContext } from '../context.ts';
import { renewBrowser } from './browser.ts';
import { finishWith } from './finish.ts';
import { refuseForm } from './marker.ts';
import { interactionPath, standNow, type Visit } from './visit.ts';

const proofs: ReadonlySet<Step> = new Set(['signIn', 'verify', 'changePassword', 'enrol']);
/** Past these every factor the user needs is proven. */
const provenSteps: ReadonlySet<Step> = new Set(['confirm', 'needsAdministrator', 'consent', 'done']);

const stale = 'The page was sent before. Go back to the program you came from.';

/**
 * Takes an answer: of all that are sent for one turn, one counts. `carryOut` is what that one does; where it fails the
 * interaction ends, for it holds a proof already that came to nothing.
 */
export async function proceed(
  context: AuthorityContext,
  visit: Visit,
  answer: Answer,
  carryOut?: () => Promise<void>,
): Promise<HttpReply> {
  const advanced = advance(visit.interaction, answer, visit.standing);
  if (!advanced) refuseForm(stale);
  await takeTurn(context, visit, advanced);
  await carryOut?.().catch(async (cause: unknown) => {
    await context.entries.take('interaction', visit.key);
    throw cause;
  });
  return goOn(context, { ...visit, interaction: advanced }, proofs.has(answer.step));
}

export async function takeTurn(context: AuthorityContext, visit: Visit, next: Interaction): Promise<void> {
  const taken = await context.entries.change('interaction', visit.key, (kept) => {
    if (kept.turn !== visit.interaction.turn) refuseForm(stale);
    return next;
  });
  if (!taken) refuseForm(stale);
}

/** To the next page, or to the end. After a proof the browser has a new cookie. */
export async function goOn(context: AuthorityContext, visit: Visit, isProof: boolean): Promise<HttpReply> {
  const next = await standNow(context, visit).catch((cause) => ({ cause }));
  if ('cause' in next) return finishWith.failure(context, visit, next.cause);
  const { signIn } = next.interaction;
  const isComplete = provenSteps.has(next.step);
  const browser = isProof
    ? await renewBrowser(context, next.call.http, { browser: next.browser, signIn: isComplete ? signIn : undefined })
    : next.browser;
  if (!browser) refuseForm(stale);
  const reply = next.step === 'done' ? await finishWith.success(context, { ...next, browser }) : toPage(next.id);
  return { ...reply, headers: [...browser.setCookie, ...reply.headers] };
}

export const toPage = (id: string): HttpReply => ({
  status: 303,
  headers: [
    ['Location', interactionPath(id)],
    ['Cache-Control', 'no-store'],
  ],
  body: '',
});
