import { type Application, type Interaction, type Purpose, redirectPlatform } from '../../domain/index.ts';
import type { HttpReply } from '../../http/message.ts';
import { adminConsentEnding } from '../admin-consent/ending.ts';
import { authorizeEnding } from '../authorize/ending.ts';
import type { Call } from '../call.ts';
import type { AuthorityContext } from '../context.ts';
import { deviceEnding } from '../device/ending.ts';
import { AuthorityError } from '../error-table.ts';
import type { Ending } from './ending.ts';
import { refuseForm } from './marker.ts';
import type { Standing } from './standing.ts';
import type { Visit } from './visit.ts';

const endings: { readonly [Kind in Purpose['kind']]: Ending<Extract<Purpose, { kind: Kind }>> } = {
  authorize: authorizeEnding,
  device: deviceEnding,
  adminConsent: adminConsentEnding,
};

const endingOf = ({ kind }: Purpose): Ending<Purpose> => endings[kind] as Ending<Purpose>;

/** Ends what `nextStep` called done. */
export async function complete(
  context: AuthorityContext,
  { call, interaction, standing }: { call: Call; interaction: Interaction; standing: Standing },
): Promise<HttpReply> {
  const { purpose, signIn } = interaction;
  const { tenant, application } = standing;
  if (!signIn || !tenant) throw new TypeError('An interaction is done only with a user in a tenant.');
  requireRegistered(application, purpose);
  const end = { call, purpose, signIn, tenant, applicationName: application.displayName };
  return endingOf(purpose).complete(context, end);
}

export const finishWith = {
  success: async (context: AuthorityContext, visit: Visit): Promise<HttpReply> => {
    await take(context, visit);
    return complete(context, visit);
  },

  refusal: async (context: AuthorityContext, visit: Visit, error: AuthorityError): Promise<HttpReply> => {
    await take(context, visit);
    return refuse(context, visit, error);
  },

  /** The user could not be served: the application hears of it. What is no refusal of ours stays what it is. */
  failure: async (context: AuthorityContext, visit: Omit<Visit, 'standing' | 'step'>, cause: unknown) => {
    if (!(cause instanceof AuthorityError)) throw cause;
    await take(context, visit);
    return refuse(context, visit, cause);
  },
};

/** Of all requests that come to the end at once, one ends it. */
async function take(context: AuthorityContext, { key }: Pick<Visit, 'key'>): Promise<void> {
  if (await context.entries.take('interaction', key)) return;
  refuseForm('This sign-in is over. Go back to the program you came from.');
}

async function refuse(
  context: AuthorityContext,
  { call, interaction: { purpose } }: Pick<Visit, 'call' | 'interaction'>,
  error: AuthorityError,
): Promise<HttpReply> {
  const application = await context.directory.applicationById(purpose.appId);
  requireRegistered(application, purpose);
  const applicationName = application?.displayName ?? '';
  return endingOf(purpose).refuse(context, { call, purpose, applicationName }, error);
}

/** Registrations change while somebody reads a page: nobody is sent where the application no longer is. */
function requireRegistered(application: Application | undefined, purpose: Purpose): void {
  if (!('target' in purpose)) return;
  const { redirectUri } = purpose.target;
  if (application && redirectPlatform(application, redirectUri)) return;
  throw new AuthorityError('redirectNotRegistered', { redirect: redirectUri, application: purpose.appId });
}
