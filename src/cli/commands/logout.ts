import { AuthError } from '../../client/errors.ts';
import { type RemovedEntries, removeEntries } from '../../client/inventory.ts';
import type { Command, CommandContext } from '../command.ts';
import { openOptions, selectOptions } from '../kept-options.ts';
import { requiredTokens } from '../kept-tokens.ts';
import type { NamedProfile, Profile, Profiles } from '../profiles/profile.ts';
import { isStoredFor, type Selection, selectionOf } from '../profiles/stored.ts';
import { changeProfiles } from '../profiles/write.ts';

export const logout: Command = {
  description:
    'Removes the sign-in, the tokens and the secrets that are stored for a profile, and what is remembered of them. Works ' +
    'without a network: the authority is not told, because Entra lets nobody revoke one refresh token, so a copy that was ' +
    'made of it stays good until it expires or the user’s sessions are revoked.',
  examples: [
    { line: 'partner-auth logout', does: 'of the current profile' },
    { line: 'partner-auth logout --profile nightly --forget', does: 'and forget the profile too' },
    { line: 'partner-auth logout --all', does: 'everything that is stored' },
  ],
  options: {
    ...selectOptions,
    forget: { description: 'forget the profile too' },
    ...openOptions,
  },
  run: async (context) => {
    const selection = selectionOf(context.values, context.io.variables);
    if (selection.withRest && context.values.all !== true) {
      throw new AuthError('nothing_found', 'There is no current profile to log out of.', {
        hint: '--profile NAME says which; --all removes everything that is stored.',
      });
    }
    const removed = await removeStored(context, selection);
    const forget = context.values.forget === true;
    if (selection.selected.length > 0) {
      await changeProfiles(context, (all) => selection.selected.reduce(forget ? withoutProfile : withoutSecrets, all));
    }
    if (removed.signIns > 0) context.warn('The authority was not told: Entra lets nobody revoke one refresh token.');
    return { value: { profiles: selection.selected.map(({ name }) => name), ...removed, forgotten: forget } };
  },
};

/** With `--all` whatever is there, also what is remembered of throttling. */
export async function removeStored(context: CommandContext, selection: Selection): Promise<RemovedEntries> {
  const store = await requiredTokens(context);
  const { selected, withRest } = selection;
  return removeEntries(store, (key) => withRest || selected.some((profile) => isStoredFor(profile, key)));
}

export function withoutProfile({ current, byName }: Profiles, { name }: NamedProfile): Profiles {
  const rest = new Map([...byName].filter(([each]) => each !== name));
  return { current: current === name ? undefined : current, byName: rest };
}

function withoutSecrets(profiles: Profiles, { name }: NamedProfile): Profiles {
  const profile = profiles.byName.get(name);
  if (!profile) return profiles;
  const { secrets: _secrets, ...rest }: Profile = profile;
  return { ...profiles, byName: new Map([...profiles.byName, [name, rest]]) };
}
