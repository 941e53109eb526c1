import { type EnvironmentChoice, environmentOfAuthority } from '../../client/environment.ts';
import type { Member } from '../../client/parameter-sets.ts';
import { environmentNamed } from '../../protocol/environments.ts';
import type { NamedProfile, Profile } from './profile.ts';

/** What a profile fills in. Its secrets and its sign-in go nowhere but where they belong. */

/** What was asked for without the profile. */
export interface Asked {
  /** By options. */
  readonly chosen: ReadonlySet<Member>;
  /** By options or variables. */
  readonly applicationId: string | undefined;
  readonly username: string | undefined;
  readonly environment: EnvironmentChoice | undefined;
  /** The application's id comes with its secret, in one file. */
  readonly credentialHoldsId: boolean;
}

export interface Filling {
  /** Whose secrets and sign-in serve; undefined where another application or cloud is asked for. */
  readonly name: string | undefined;
  /** The members that may be used. */
  readonly profile: Profile;
}

const where = ['environment', 'authority', 'tenant', 'scopes', 'resource'] as const;
const who = ['applicationId', 'username', 'certificateFile', 'certificateThumbprint', 'secrets'] as const;
const how = ['parameterSet', 'module', 'servicePrincipal', 'useAuthorizationCode', 'useDeviceAuthentication'] as const;

/** Options that say how to sign in: where one is given, the profile's way is not mixed with it. */
const ways: readonly Member[] = [
  'accessToken',
  'certificate',
  'credential',
  'module',
  'refreshToken',
  'servicePrincipal',
  'useAuthorizationCode',
  'useDeviceAuthentication',
  'username',
];

export function fillingOf(named: NamedProfile | undefined, asked: Asked): Filling {
  if (!named || isOfAnotherCloud(named.profile, asked)) return { name: undefined, profile: {} };
  const { name, profile } = named;
  if (isOfAnotherApplication(profile, asked)) return { name: undefined, profile: pick(profile, where) };
  const choosesWay = ways.some((member) => asked.chosen.has(member));
  const its = pick(profile, choosesWay ? [...where, ...who] : [...where, ...who, ...how]);
  return { name, profile: withoutRivals(its, asked) };
}

const pick = (profile: Profile, names: readonly (keyof Profile)[]): Profile =>
  Object.fromEntries(names.filter((name) => profile[name] !== undefined).map((name) => [name, profile[name]]));

const isSame = (one: string | undefined, other: string | undefined): boolean =>
  one?.toLowerCase() === other?.toLowerCase();

function isOfAnotherApplication({ applicationId, module }: Profile, asked: Asked): boolean {
  if (asked.credentialHoldsId || (asked.chosen.has('module') && module === undefined)) return true;
  return asked.applicationId !== undefined && !isSame(asked.applicationId, applicationId);
}

function isOfAnotherCloud(profile: Profile, { environment }: Asked): boolean {
  const own = environmentOfProfile(profile);
  return environment !== undefined && wordOf(environment) !== wordOf(own ?? 'AzureCloud');
}

/** The environment that the profile names. */
export const environmentOfProfile = ({ environment, authority }: Profile): EnvironmentChoice | undefined =>
  environment ?? (authority === undefined ? undefined : environmentOfAuthority(authority));

const wordOf = (choice: EnvironmentChoice): string => {
  if (typeof choice !== 'string') return choice.name === 'Sandbox' ? choice.authority : choice.name;
  return environmentNamed(choice) ?? choice;
};

/** What an option gives in another way: one certificate or secret, one user and the password of that user. */
function withoutRivals(profile: Profile, { chosen, username }: Asked): Profile {
  const dropped = new Set<keyof Profile>();
  if (chosen.has('certificate') || chosen.has('credential')) {
    dropped.add('certificateFile').add('certificateThumbprint');
  }
  const secrets = profile.secrets?.filter((name) => {
    if (name !== 'password') return !chosen.has('certificate');
    return username === undefined || isSame(username, profile.username);
  });
  const names = (Object.keys(profile) as (keyof Profile)[]).filter((name) => !dropped.has(name));
  return { ...pick(profile, names), ...(secrets ? { secrets } : {}) };
}
