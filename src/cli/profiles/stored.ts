import { AuthError } from '../../client/errors.ts';
import { flowOf, flows } from '../../client/flows.ts';
import { type KeptIdentity, keptIdentities, storedEntries } from '../../client/inventory.ts';
import { type SecretName, secretNames } from '../../client/kept-secrets.ts';
import { holders, normalisedAuthority } from '../../client/plan.ts';
import type { StoredIdentity, StoredKey } from '../../client/stored-keys.ts';
import type { TokenStore } from '../../client/stores/store.ts';
import { environmentNamed, environments } from '../../protocol/environments.ts';
import type { Variables } from '../io.ts';
import type { OptionValues } from '../options.ts';
import { environmentOfProfile } from './filling.ts';
import type { NamedProfile, Profile, Profiles } from './profile.ts';
import { existingProfile, profileNamed, readProfiles } from './read.ts';

/** What is stored for which profile. */

export interface Selection {
  readonly profiles: Profiles;
  readonly selected: readonly NamedProfile[];
  /** Also what is stored without a profile. */
  readonly withRest: boolean;
}

/** The profile that is named; with `--all`, and where there is no current one, everything. */
export function selectionOf(values: OptionValues, variables: Variables): Selection {
  if (values.all === true && values.profile !== undefined) {
    throw new AuthError('invalid_parameters', 'Give --profile or --all, not both.');
  }
  const profiles = readProfiles(variables);
  const name = values.all === true ? undefined : (profileNamed(values, variables) ?? profiles.current);
  if (name !== undefined) return { profiles, selected: [existingProfile(profiles, name)], withRest: false };
  return everything(profiles);
}

export const allOf = (variables: Variables): Selection => everything(readProfiles(variables));

const everything = (profiles: Profiles): Selection => ({
  profiles,
  selected: [...profiles.byName].map(([name, profile]) => ({ name, profile })),
  withRest: true,
});

/** What is stored for one profile, or for none. */
export interface Holding {
  readonly profile: NamedProfile | undefined;
  readonly isCurrent: boolean;
  readonly identities: readonly KeptIdentity[];
  readonly secrets: readonly SecretName[];
}

export async function holdingsOf(
  store: TokenStore,
  { profiles, selected, withRest }: Selection,
): Promise<readonly Holding[]> {
  const identities = await keptIdentities(store);
  const entries = await storedEntries(store);
  const ofProfiles = selected.map((profile) => ({
    profile,
    isCurrent: profile.name === profiles.current,
    identities: identities.filter((identity) => belongsTo(profile, identity)),
    secrets: secretNames.filter((name) =>
      entries.some(({ is }) => is.kind === 'secret' && is.profile === profile.name && is.name === name),
    ),
  }));
  const rest = withRest ? identities.filter((identity) => !selected.some((each) => belongsTo(each, identity))) : [];
  return [
    ...ofProfiles,
    ...rest.map((identity) => ({ profile: undefined, isCurrent: false, identities: [identity], secrets: [] })),
  ];
}

export const isEmpty = ({ identities, secrets }: Holding): boolean => identities.length === 0 && secrets.length === 0;

/** A sign-in is the profile's by its name, also one made under another address of the sandbox; a token by who it is for. */
function belongsTo({ name, profile }: NamedProfile, { authority, applicationId, holder }: StoredIdentity): boolean {
  if (holder === holders.signIn(name)) return true;
  if (!isApplicationOf(profile, { authority, applicationId })) return false;
  if (profile.username !== undefined) return holder === holders.user(profile.username);
  return holder === holders.application && actsForOf(profile) !== 'user';
}

/** Whether something stored is a profile's: its tokens, its sign-in, what is remembered of them, and its secrets. */
export const isStoredFor = (profile: NamedProfile, key: StoredKey): boolean =>
  key.kind === 'secret' ? key.profile === profile.name : 'holder' in key && belongsTo(profile, key);

/** Whether the profile is of this application, in this cloud. */
export const isApplicationOf = (
  profile: Profile,
  { authority, applicationId }: Pick<StoredIdentity, 'authority' | 'applicationId'>,
): boolean => applicationId === profile.applicationId?.toLowerCase() && isAuthorityOf(profile, authority);

const clouds = Object.values(environments).map(({ authority }) => normalisedAuthority(authority));

/** Without asking where the sandbox is just now: what is of no cloud is of a sandbox. */
function isAuthorityOf(profile: Profile, authority: string): boolean {
  const environment = environmentOfProfile(profile) ?? 'AzureCloud';
  if (typeof environment !== 'string') return normalisedAuthority(environment.authority) === authority;
  const name = environmentNamed(environment);
  if (name === undefined) return false;
  return name === 'Sandbox'
    ? !clouds.includes(authority)
    : normalisedAuthority(environments[name].authority) === authority;
}

/** Undefined: nobody has signed in yet. */
export function actsForOf({ parameterSet, ...profile }: Profile): 'application' | 'user' | undefined {
  if (parameterSet === undefined) return undefined;
  const { useAuthorizationCode = false, useDeviceAuthentication = false } = profile;
  const switches = { useAuthorizationCode, useDeviceAuthentication, refreshToken: false, hasDisplay: false };
  return flows[flowOf(parameterSet, switches)].actsFor;
}
