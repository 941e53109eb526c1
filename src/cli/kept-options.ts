import { tokenOptions } from './token-options.ts';

/** Options of the verbs about what is stored. */

/** How the token store is opened. */
export const openOptions = {
  keyFile: tokenOptions.keyFile,
  passphraseFile: tokenOptions.passphraseFile,
} as const;

/** Which profiles are meant. */
export const selectOptions = {
  profile: { value: 'NAME', description: 'the profile that is meant; default the current one' },
  all: { description: 'all profiles, and what is stored without one' },
} as const;
