import { entryKey, type Interaction, nextStep, type Step } from '../../domain/index.ts';
import type { Call } from '../call.ts';
import type { AuthorityContext } from '../context.ts';
import { type Browser, findBrowser } from './browser.ts';
import { refuseForm } from './marker.ts';
import { type Standing, standingOf } from './standing.ts';

/** One request of a browser in the middle of an interaction. */
export interface Visit {
  readonly call: Call;
  readonly id: string;
  readonly key: string;
  readonly browser: Browser;
  readonly interaction: Interaction;
  readonly standing: Standing;
  readonly step: Step;
}

export const interactionPath = (id: string): string => `/interaction/${id}`;

/** Finds the interaction of the path, in the browser it began in. Throws 90023 with status 403 in every other one. */
export async function openInteraction(
  context: AuthorityContext,
  call: Call,
): Promise<Omit<Visit, 'standing' | 'step'>> {
  const id = call.http.path.slice(call.http.path.lastIndexOf('/') + 1);
  const key = entryKey(id);
  const interaction = await context.entries.find('interaction', key);
  const browser = await findBrowser(context, call.http);
  if (!interaction || !browser || interaction.browserId !== browser.session.browserId) {
    refuseForm('This sign-in is over, or was begun in another browser. Go back to the program you came from.');
  }
  return { call, id, key, browser, interaction };
}

export async function standNow(context: AuthorityContext, open: Omit<Visit, 'standing' | 'step'>): Promise<Visit> {
  const { call, interaction, browser } = open;
  const standing = await standingOf(context, call, { interaction, session: browser.session });
  return { ...open, standing, step: nextStep(interaction, standing) };
}
