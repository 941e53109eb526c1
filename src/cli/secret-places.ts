import { AuthError } from '../client/errors.ts';
import type { SecretName } from '../client/kept-secrets.ts';
import { type ParameterSetName, takes } from '../client/parameter-sets.ts';
import { isPinnedAway } from './azure-chain.ts';
import type { Variables } from './io.ts';
import { longName, type OptionValues, textValue } from './options.ts';
import type { Filling } from './profiles/filling.ts';
import { type TokenOption, tokenVariables, type VariableName, variableOf } from './token-options.ts';

/** Where each secret of a request is: options say it first, then variables, then the profile. */

export interface SecretPlace {
  /** For a file, its path or `-`; for a variable, its name; for a profile, its name: the secret is in the token store. */
  readonly kind: 'file' | 'variable' | 'profile';
  readonly name: string;
  /** As the user would say it. */
  readonly label: string;
}

export type SecretPlaces = Readonly<Partial<Record<SecretMember, SecretPlace>>>;

export type SecretMember = 'accessToken' | 'credential' | 'password' | 'refreshToken';

const filesOfSecret = {
  accessToken: ['accessTokenFile'],
  credential: ['clientSecretFile', 'credentialFile'],
  password: ['passwordFile'],
  refreshToken: ['refreshTokenFile'],
} as const satisfies Record<SecretMember, readonly TokenOption[]>;

const variablesOfSecret: Readonly<Record<SecretMember, { text: VariableName; file?: VariableName }>> = {
  accessToken: { text: 'accessToken' },
  credential: { text: 'clientSecret', file: 'clientSecretFile' },
  password: { text: 'password', file: 'passwordFile' },
  refreshToken: { text: 'refreshToken', file: 'refreshTokenFile' },
};

export function secretPlaces(values: OptionValues, variables: Variables, names: Names) {
  if (values.clientSecretFile !== undefined && values.credentialFile !== undefined) {
    throw new AuthError('invalid_parameters', 'Give --client-secret-file or --credential-file, not both.');
  }
  const places: Partial<Record<SecretMember, SecretPlace>> = {};
  for (const member of Object.keys(filesOfSecret) as SecretMember[]) {
    const place =
      placeOfOption(member, values) ??
      placeOfVariable(member, variables, names) ??
      placeOfProfile(member, names.filling);
    if (place) places[member] = place;
  }
  return places;
}

function placeOfOption(member: SecretMember, values: OptionValues): SecretPlace | undefined {
  for (const option of filesOfSecret[member]) {
    const path = textValue(values, option);
    if (path !== undefined) return { kind: 'file', name: path, label: `${longName(option)} ${path}` };
  }
  return undefined;
}

/** Where the store keeps the secrets of a profile. */
export const keptSecretOf = { credential: 'clientSecret', password: 'password' } as const satisfies Partial<
  Record<SecretMember, SecretName>
>;

/** A profile that signed in by a refresh token has its successor in its sign-in. */
function placeOfProfile(member: SecretMember, { name, profile }: Filling): SecretPlace | undefined {
  if (name === undefined) return undefined;
  const isKept =
    member === 'refreshToken'
      ? profile.parameterSet === 'RefreshToken'
      : member !== 'accessToken' && profile.secrets?.includes(keptSecretOf[member]);
  return isKept ? { kind: 'profile', name, label: `the profile ${name}` } : undefined;
}

/** Whose variable it is: ours and Azure's are told apart by how they begin. */
const familyOf = (variable: string): string => (variable.startsWith('PARTNER_AUTH_') ? 'ours' : 'Azure');

/** The first variable, ours before Azure's, that holds the secret or names its file and is this application's. */
function placeOfVariable(member: SecretMember, variables: Variables, names: Names): SecretPlace | undefined {
  const { text, file } = variablesOfSecret[member];
  const candidates = [
    ...tokenVariables[text].map((name) => ({ name, kind: 'variable' as const })),
    ...(file ? tokenVariables[file] : []).map((name) => ({ name, kind: 'file' as const })),
  ];
  const ours = candidates.filter(({ name }) => familyOf(name) === 'ours');
  const azures = candidates.filter(({ name }) => familyOf(name) === 'Azure' && !isPinnedAway(variables, name));
  for (const { name, kind } of [...ours, ...azures]) {
    const value = variables[name];
    if (!value || isOthers(member, variables, name, names)) continue;
    return kind === 'variable' ? { kind, name, label: name } : { kind, name: value, label: `${name} ${value}` };
  }
  return undefined;
}

/** Whose secrets these are: what was asked for, by option, by variable or by the profile. */
interface Names extends Readonly<Record<OwnerName, string | undefined>> {
  readonly filling: Filling;
}

type OwnerName = 'applicationId' | 'username';

const nameOfOwner: Partial<Record<SecretMember, OwnerName>> = { credential: 'applicationId', password: 'username' };

/**
 * A secret in the environment belongs to the application or user its own family names, or where that names none to the
 * one the environment does: it is not sent for another. One of nobody's is not sent for a profile that signed in without.
 */
function isOthers(member: SecretMember, variables: Variables, secretVariable: string, names: Names): boolean {
  const key = nameOfOwner[member];
  if (key === undefined) return false;
  const family = familyOf(secretVariable);
  const own = tokenVariables[key].find((name) => familyOf(name) === family && variables[name]);
  const owner = own === undefined ? variableOf(variables, key)?.value : variables[own];
  const asked = names[key];
  if (owner === undefined) return hasNoneOf(member, names.filling);
  return asked !== undefined && owner.toLowerCase() !== asked.toLowerCase();
}

const hasNoneOf = (member: SecretMember, { profile }: Filling): boolean =>
  (member === 'credential' || member === 'password') &&
  profile.parameterSet !== undefined &&
  profile.secrets?.includes(keptSecretOf[member]) !== true;

/** The places of the secrets that the set takes: what lies about in the environment for another is left there. */
export const placesIn = (set: ParameterSetName, places: SecretPlaces): SecretPlaces =>
  Object.fromEntries(Object.entries(places).filter(([member]) => takes(set, member as SecretMember)));
