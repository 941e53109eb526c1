import { lstatSync, type Stats } from 'node:fs';
import { dirname, join } from 'node:path';
import { errorCode } from '../../base/error-code.ts';
import { configFolder } from '../../base/folders.ts';
import { boundedFileText, InputTooLong } from '../../client/bounded-input.ts';
import { AuthError } from '../../client/errors.ts';
import type { Variables } from '../io.ts';
import { type OptionValues, textValue } from '../options.ts';
import { variableOf } from '../token-options.ts';
import { decodeProfiles, isProfileName, type NamedProfile, noProfiles, type Profiles } from './profile.ts';

/**
 * The file of profiles, read with node: modules alone: `token` passes here on its way to a stored token. It holds no
 * secret, but it says where secrets are sent: one that others could have written is not used.
 */
export const profilesPath = (variables: Variables): string => join(configFolder(variables), 'profiles.json');

const maximumBytes = 1024 * 1024;
const windows = process.platform === 'win32';

/** Throws `configuration`: not ours alone, unreadable, cut short or of another shape. None there: no profiles. */
export function readProfiles(variables: Variables): Profiles {
  const path = profilesPath(variables);
  if (!isOursToTrust(path)) return noProfiles;
  const profiles = decodeProfiles(fileText(path));
  if (!('flaw' in profiles)) return profiles;
  throw new AuthError('configuration', `The profiles in ${path} cannot be used: ${profiles.flaw}.`, {
    hint: 'Mend the file, or move it away and sign in again with partner-auth login. It has not been changed.',
  });
}

function fileText(path: string): string {
  try {
    return boundedFileText(path, { maximumBytes, regular: true });
  } catch (cause) {
    const code = errorCode(cause) ?? 'unknown';
    const why = cause instanceof InputTooLong ? 'they are longer than 1 MiB' : `they cannot be read (${code})`;
    throw new AuthError('configuration', `The profiles in ${path} cannot be used: ${why}.`, { cause });
  }
}

/** False: there is no such file. */
function isOursToTrust(path: string): boolean {
  const stats = lstatSync(path, { throwIfNoEntry: false });
  if (!stats) return false;
  refuseUntrusted(dirname(path), lstatSync(dirname(path)));
  refuseUntrusted(path, stats);
  return true;
}

export function refuseUntrusted(place: string, stats: Stats): void {
  const why = whyNotOurs(stats);
  if (why === undefined) return;
  const hint = why.mends === undefined ? undefined : `${why.mends} ${place}`;
  throw new AuthError('configuration', `The profiles are not used: ${place} ${why.says}.`, { hint });
}

function whyNotOurs(stats: Stats): { readonly says: string; readonly mends?: string } | undefined {
  if (stats.isSymbolicLink()) return { says: 'is a symbolic link' };
  if (windows) return undefined;
  if (process.getuid !== undefined && stats.uid !== process.getuid()) return { says: 'belongs to another user' };
  return (stats.mode & 0o022) === 0 ? undefined : { says: 'can be written to by others', mends: 'chmod go-w' };
}

/** The name given by option or variable. Throws `invalid_parameters` for what cannot be one. */
export function profileNamed(values: OptionValues, variables: Variables): string | undefined {
  const name = textValue(values, 'profile') ?? variableOf(variables, 'profile')?.value;
  return name === undefined ? undefined : checkedProfileName(name);
}

export function checkedProfileName(name: string): string {
  if (isProfileName(name)) return name;
  throw new AuthError('invalid_parameters', 'That cannot be the name of a profile.', {
    hint: 'Letters, digits and . _ @ - make a name, 64 at most, a letter or a digit first.',
  });
}

/** The profile that fills in what is missing: the one named, else the current one. Throws `nothing_found`. */
export function profileInForce(values: OptionValues, variables: Variables): NamedProfile | undefined {
  const named = profileNamed(values, variables);
  const profiles = readProfiles(variables);
  const name = named ?? profiles.current;
  return name === undefined ? undefined : existingProfile(profiles, name);
}

export function existingProfile(profiles: Profiles, name: string): NamedProfile {
  const profile = profiles.byName.get(name);
  if (profile) return { name, profile };
  const names = [...profiles.byName.keys()];
  throw new AuthError('nothing_found', `There is no profile '${name}'.`, {
    hint:
      names.length > 0
        ? `There are ${names.join(', ')}; partner-auth login --profile ${name} makes it.`
        : `partner-auth login --profile ${name} makes it.`,
  });
}
