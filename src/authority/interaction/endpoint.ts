import { startedOver } from '../../domain/index.ts';
import type { Endpoint } from '../call.ts';
import { AuthorityError } from '../error-table.ts';
import { finishWith } from './finish.ts';
import { ownForm, refuseForm, requireMarker, turnMarker } from './marker.ts';
import { goOn, takeTurn } from './proceed.ts';
import { stepPages } from './steps/index.ts';
import { openInteraction, standNow, type Visit } from './visit.ts';

/** `/interaction/{id}`: GET shows the page of the step it stands at, POST answers it. Every page works without script. */
export const interactionEndpoint: Endpoint = async (context, call) => {
  const { method } = call.http;
  if (method !== 'GET' && method !== 'HEAD' && method !== 'POST') {
    throw new AuthorityError('wrongVerb', { accepted: 'GET, POST', received: method });
  }
  const open = await openInteraction(context, call);
  const form = method === 'POST' ? ownForm(call.http) : undefined;
  const found = await standNow(context, open).catch((cause) => ({ cause }));
  if ('cause' in found) return finishWith.failure(context, open, found.cause);
  if (found.step === 'done') return form ? refuseForm('There is nothing left to answer.') : goOn(context, found, false);
  const page = stepPages[found.step];
  if (!form) return page.show(found);
  requireMarker(form, markerOf(found));
  if (form.get('action') === 'startOver') {
    const interaction = startedOver(found.interaction);
    await takeTurn(context, found, interaction);
    return goOn(context, { ...found, interaction }, false);
  }
  return page.answer(context, found, form);
};

function markerOf(visit: Visit): string {
  const { interaction, id, step } = visit;
  const shown = step === 'done' ? undefined : stepPages[step].shown?.(visit);
  return turnMarker(interaction, { id, step, ...(shown === undefined ? {} : { shown }) });
}
