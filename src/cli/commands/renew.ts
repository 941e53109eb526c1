import { epochSeconds, fromEpochSeconds } from '../../base/clock.ts';
import { acquire } from '../../client/acquire.ts';
import { rfc3339 } from '../../client/auth-result.ts';
import { clientContext } from '../../client/context.ts';
import { withCustody } from '../../client/custody.ts';
import { entriesIn, type SignIn, signInEndsBy } from '../../client/entries.ts';
import { AuthError, type AuthErrorCode } from '../../client/errors.ts';
import type { KeptIdentity } from '../../client/inventory.ts';
import type { TokenStore } from '../../client/stores/store.ts';
import type { Command, CommandContext } from '../command.ts';
import { wholeDays } from '../days.ts';
import { exitCodeOfError, exitCodes } from '../exit-codes.ts';
import { openOptions, selectOptions } from '../kept-options.ts';
import { requiredTokens } from '../kept-tokens.ts';
import { tableText } from '../output/columns.ts';
import type { NamedProfile } from '../profiles/profile.ts';
import { renewalOrder } from '../profiles/renewal-order.ts';
import { daysLeft } from '../profiles/sign-in-status.ts';
import { type Holding, holdingsOf, selectionOf } from '../profiles/stored.ts';
import { tokenOptions } from '../token-options.ts';

/** At a time: a scheduler's run is no burst at the authority. */
const atOnce = 4;

export const renew: Command = {
  description:
    'Redeems the stored refresh token of each sign-in and stores its successor, so that none ends unused: for a scheduler, ' +
    'once a week. Asks nobody, and is safe beside other processes. Exits 0 when all were renewed, 8 when some were not, 4 ' +
    'when all need a sign-in, 3 when no sign-in is stored, 7 without a key for the token store.',
  examples: [
    { line: 'partner-auth renew --all --older-than-days 7', does: 'what was not renewed for a week' },
    { line: "partner-auth renew --all --query '[?error].profile' --output tsv", does: 'those that need somebody' },
  ],
  options: {
    ...selectOptions,
    olderThanDays: { value: 'DAYS', description: 'only what was renewed longer ago than this' },
    ...openOptions,
    timeout: tokenOptions.timeout,
  },
  run: async (context) => {
    const olderThan = wholeDays(context.values, 'olderThanDays') ?? 0;
    const selection = selectionOf(context.values, context.io.variables);
    const store = await requiredTokens(context);
    const signIns = (await holdingsOf(store, selection)).flatMap(signInsOf);
    if (signIns.length === 0) throw noSignIn(selection.selected);
    const renewals = await atMost(atOnce, signIns, (each) => renewalOf(context, store, { ...each, olderThan }));
    for (const renewal of renewals) {
      if (renewal.error) context.warn(`${nameOf(renewal)} was not renewed: ${renewal.error.message}`);
    }
    return { value: renewals, table: tableText(renewals.map(row)), exitCode: exitCodeOfRenewals(renewals) };
  },
};

interface StoredSignIn {
  readonly profile: NamedProfile | undefined;
  readonly identity: KeptIdentity;
  readonly signIn: SignIn;
}

const signInsOf = ({ profile, identities }: Holding): readonly StoredSignIn[] =>
  identities.flatMap((identity) => (identity.signIn ? [{ profile, identity, signIn: identity.signIn.signIn }] : []));

function noSignIn(selected: readonly NamedProfile[]): AuthError {
  const whose = selected.length === 1 ? ` for ${selected[0]?.name}` : '';
  return new AuthError('nothing_found', `No sign-in is stored${whose}.`, {
    hint: 'A user signs in with partner-auth login; an application has nothing to renew.',
  });
}

interface Renewal {
  readonly profile: string | null;
  readonly account: string | null;
  readonly applicationId: string;
  readonly tenantId: string | null;
  /** False with no error: it was renewed lately enough. */
  readonly renewed: boolean;
  readonly renewedOn: string;
  readonly refreshTokenEndsBy: string;
  readonly daysLeftAtMost: number;
  readonly error: { readonly code: AuthErrorCode; readonly message: string; readonly hint: string | null } | null;
}

interface Due extends StoredSignIn {
  /** Days. */
  readonly olderThan: number;
}

async function renewalOf(context: CommandContext, store: TokenStore, due: Due): Promise<Renewal> {
  const { clock } = context.io;
  const { profile, identity, signIn } = due;
  if (epochSeconds(clock.now()) - signIn.renewedAt < due.olderThan * 86_400) return told(due, signIn, clock.now());
  try {
    const order = await renewalOrder(context, profile, identity);
    const result = await withCustody(store, acquire, true)(clientContext(context.call), order);
    const after = (await entriesIn(store).signIn(order.plan))?.signIn ?? signIn;
    const isRenewed = !result.fromCache || after.renewedAt > signIn.renewedAt;
    return { ...told(due, after, clock.now()), renewed: isRenewed, error: isRenewed ? null : noAnswer };
  } catch (error) {
    if (!(error instanceof AuthError)) throw error;
    const { code, message, hint = null } = error;
    return { ...told(due, signIn, clock.now()), error: { code, message, hint } };
  }
}

/** The token at hand was served instead of a new one. */
const noAnswer = {
  code: 'service_unavailable',
  message: 'The authority did not answer. The sign-in is as it was.',
  hint: 'Try again later.',
} as const;

function told({ profile, identity }: StoredSignIn, signIn: SignIn, now: Date): Renewal {
  const end = signInEndsBy(signIn);
  return {
    profile: profile?.name ?? null,
    account: signIn.account?.username ?? null,
    applicationId: identity.applicationId,
    tenantId: signIn.tenantId,
    renewed: false,
    renewedOn: rfc3339(fromEpochSeconds(signIn.renewedAt)),
    refreshTokenEndsBy: rfc3339(end),
    daysLeftAtMost: daysLeft(end, now),
    error: null,
  };
}

/** One failure among others is a partial one; where all fail alike, that is what failed. */
function exitCodeOfRenewals(renewals: readonly Renewal[]): number {
  const codes = renewals.flatMap(({ error }) => (error ? [exitCodeOfError[error.code]] : []));
  const [first] = codes;
  if (first === undefined) return exitCodes.done;
  const allAlike = codes.length === renewals.length && codes.every((code) => code === first);
  return allAlike ? first : exitCodes.warning;
}

const nameOf = ({ profile, account, applicationId }: Renewal): string =>
  profile ?? `the sign-in of ${account ?? applicationId}`;

const row = (renewal: Renewal): object => ({
  profile: renewal.profile ?? '',
  'signed in': renewal.account ?? '',
  application: renewal.applicationId,
  renewed: renewal.error ? 'no' : renewal.renewedOn,
  'days left at most': renewal.daysLeftAtMost,
  why: renewal.error?.message ?? '',
});

/** Up to `limit` at a time; the results are in the order of the items. */
async function atMost<Item, Result>(
  limit: number,
  items: readonly Item[],
  work: (item: Item) => Promise<Result>,
): Promise<readonly Result[]> {
  const results: Result[] = [];
  const waiting = items.entries();
  const worker = async () => {
    for (const [index, item] of waiting) results[index] = await work(item);
  };
  await Promise.all(Array.from({ length: limit }, worker));
  return results;
}
