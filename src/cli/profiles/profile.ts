import { isJsonObject, type JsonObject, strictJson } from '../../base/json.ts';
import { type SecretName, secretNames } from '../../client/kept-secrets.ts';
import { type ParameterSetName, parameterSetNames } from '../../client/parameter-sets.ts';

/**
 * Named sets of the options of `token`, and what a sign-in needs to be found again. No secret stands here: those are in
 * the encrypted token store, and `secrets` says which.
 */
export interface Profile {
  /** The set that the sign-in was of; left out until there was one. */
  readonly parameterSet?: ParameterSetName;
  readonly environment?: string;
  /** Instead of a named environment. */
  readonly authority?: string;
  readonly tenant?: string;
  readonly applicationId?: string;
  readonly scopes?: readonly string[];
  readonly resource?: string;
  readonly module?: string;
  readonly servicePrincipal?: true;
  readonly useAuthorizationCode?: true;
  readonly useDeviceAuthentication?: true;
  readonly certificateFile?: string;
  readonly certificateThumbprint?: string;
  readonly username?: string;
  readonly secrets?: readonly SecretName[];
}

export interface NamedProfile {
  readonly name: string;
  readonly profile: Profile;
}

export interface Profiles {
  /** The profile that is meant where none is named. */
  readonly current: string | undefined;
  readonly byName: ReadonlyMap<string, Profile>;
}

const isText = (value: unknown): boolean => typeof value === 'string' && value !== '' && value.length <= 2048;
const isTexts = (value: unknown): boolean => Array.isArray(value) && value.length > 0 && value.every(isText);
const isSwitch = (value: unknown): boolean => value === true;

/** What each member has to be, in words, and whether it is. */
const text = { words: 'text', fits: isText };
const texts = { words: 'a list of texts', fits: isTexts };
const switched = { words: 'true', fits: isSwitch };
const oneOf = (values: readonly string[]) => ({
  words: `one of ${values.join(', ')}`,
  fits: (value: unknown): boolean => (values as readonly unknown[]).includes(value),
});

const members: Readonly<Record<keyof Profile, { readonly words: string; fits(value: unknown): boolean }>> = {
  parameterSet: oneOf(parameterSetNames),
  environment: text,
  authority: text,
  tenant: text,
  applicationId: text,
  scopes: texts,
  resource: text,
  module: text,
  servicePrincipal: switched,
  useAuthorizationCode: switched,
  useDeviceAuthentication: switched,
  certificateFile: text,
  certificateThumbprint: text,
  username: text,
  secrets: {
    words: `a list of ${secretNames.join(', ')}`,
    fits: (value) => Array.isArray(value) && value.every((name) => (secretNames as readonly unknown[]).includes(name)),
  },
};

export const isProfileName = (name: string): boolean => /^[A-Za-z0-9][A-Za-z0-9._@-]{0,63}$/.test(name);

export const noProfiles: Profiles = { current: undefined, byName: new Map() };

/** The profiles in the text of a file, or what is wrong with it. */
export function decodeProfiles(json: string): Profiles | { readonly flaw: string } {
  const file = strictJson(json);
  if (!isJsonObject(file)) return { flaw: 'it is no JSON object, or was cut short' };
  const foreign = Object.keys(file).find((name) => name !== 'current' && name !== 'profiles');
  if (foreign !== undefined) return { flaw: `it has a member '${foreign}' that is none of its own` };
  const { current, profiles } = file;
  if (!isJsonObject(profiles)) return { flaw: "'profiles' is no object" };
  const byName = new Map<string, Profile>();
  for (const [name, profile] of Object.entries(profiles)) {
    const flaw = isProfileName(name) ? flawOf(profile) : 'has a name of other characters';
    if (flaw !== undefined) return { flaw: `the profile '${name}' ${flaw}` };
    byName.set(name, profile as Profile);
  }
  if (current !== undefined && !(typeof current === 'string' && byName.has(current))) {
    return { flaw: "'current' names no profile" };
  }
  return { current, byName };
}

function flawOf(profile: unknown): string | undefined {
  if (!isJsonObject(profile)) return 'is no object';
  for (const [name, value] of Object.entries(profile)) {
    const member = Object.hasOwn(members, name) ? members[name as keyof Profile] : undefined;
    if (!member) return `has a member '${name}' that is none of a profile's`;
    if (!member.fits(value)) return `has a '${name}' that is not ${member.words}`;
  }
  return undefined;
}

/** Members in the order of the table, absent ones left out. */
export function encodeProfiles({ current, byName }: Profiles): string {
  const entries = [...byName].map(([name, profile]): [string, JsonObject] => [name, ordered(profile)]);
  const profiles = Object.fromEntries(entries);
  return `${JSON.stringify({ ...(current === undefined ? {} : { current }), profiles }, undefined, 2)}\n`;
}

const ordered = (profile: Profile): JsonObject =>
  Object.fromEntries(
    (Object.keys(members) as (keyof Profile)[])
      .filter((name) => profile[name] !== undefined)
      .map((name) => [name, profile[name]]),
  );
