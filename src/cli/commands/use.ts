import type { Command } from '../command.ts';
import { checkedProfileName, existingProfile } from '../profiles/read.ts';
import { changeProfiles } from '../profiles/write.ts';

export const use: Command = {
  description: 'Makes a profile the current one: what token and the others fill in from where --profile names none.',
  examples: [{ line: 'partner-auth use nightly', does: 'from now on' }],
  positionals: [{ name: '<profile>', description: 'a name that list shows' }],
  options: {},
  run: async (context) => {
    const name = checkedProfileName(context.positionals[0] ?? '');
    await changeProfiles(context, (profiles) => {
      existingProfile(profiles, name);
      return { ...profiles, current: name };
    });
    return { value: { current: name } };
  },
};
