import { AuthError } from '../../client/errors.ts';
import type { Command } from '../command.ts';
import { wholeDays } from '../days.ts';
import { exitCodes } from '../exit-codes.ts';
import { openOptions, selectOptions } from '../kept-options.ts';
import { requiredTokens } from '../kept-tokens.ts';
import { tableText } from '../output/columns.ts';
import { type SignInStatus, statusesOf } from '../profiles/sign-in-status.ts';
import { holdingsOf, isEmpty, selectionOf } from '../profiles/stored.ts';

export const status: Command = {
  description:
    'Tells who is signed in, for how long the access token is good, and how many days are left at most before the refresh ' +
    'token ends unused: Entra ends it after 90 days without use, sooner where a policy or a new password says so. Asks ' +
    'nobody. Exits 8 when fewer days are left than --warn-days says or a sign-in is needed, 3 when nothing is stored.',
  examples: [
    { line: 'partner-auth status', does: 'of the current profile, without one of all' },
    { line: 'partner-auth status --all --warn-days 14', does: 'for a monitor: exit 8 two weeks ahead' },
  ],
  options: {
    ...selectOptions,
    warnDays: { value: 'DAYS', description: 'exit 8 when fewer days are left' },
    ...openOptions,
  },
  run: async (context) => {
    const { io, values } = context;
    const warnDays = wholeDays(values, 'warnDays');
    const selection = selectionOf(values, io.variables);
    const now = io.clock.now();
    const holdings = await holdingsOf(await requiredTokens(context), selection);
    if (holdings.every(isEmpty)) throw nothingStored(selection.selected.map(({ name }) => name));
    const statuses = holdings.flatMap((holding) => statusesOf(holding, now));
    const warns = statuses.some((each) => each.signInNeeded || (each.daysLeftAtMost ?? Infinity) < (warnDays ?? 0));
    return {
      value: statuses,
      table: tableText(statuses.map((each) => row(each, now))),
      exitCode: warns ? exitCodes.warning : exitCodes.done,
    };
  },
};

const nothingStored = (names: readonly string[]): AuthError =>
  new AuthError('nothing_found', names.length === 1 ? `Nothing is stored for ${names[0]}.` : 'Nothing is stored.', {
    hint: 'Sign in with partner-auth login.',
  });

function row(status: SignInStatus, now: Date): object {
  return {
    profile: status.profile === null ? '' : `${status.profile}${status.current ? ' *' : ''}`,
    'signed in': status.account ?? status.signsInAs ?? '',
    tenant: status.tenantId ?? '',
    application: status.applicationId ?? '',
    MFA: status.mfa === null ? '' : status.mfa ? 'yes' : 'no',
    'access token': leftOf(status.accessTokenExpiresOn, now),
    renewed: status.renewedOn ?? '',
    'days left at most': status.daysLeftAtMost ?? '',
    'sign-in': status.signInNeeded ? `needed: ${status.why}` : 'good',
  };
}

function leftOf(expiresOn: string | null, now: Date): string {
  if (expiresOn === null) return '';
  const minutes = Math.floor((Date.parse(expiresOn) - now.getTime()) / 60_000);
  return minutes > 0 ? `${minutes} min` : 'ended';
}
