import { hasDisplay } from '../client/display.ts';
import { type EnvironmentChoice, environmentOfAuthority, resolveEnvironment } from '../client/environment.ts';
import { AuthError } from '../client/errors.ts';
import type { Switches } from '../client/flows.ts';
import type { SecretName } from '../client/kept-secrets.ts';
import {
  describeProblem,
  type Member,
  type ParameterSetName,
  type Resolution,
  resolveParameterSet,
} from '../client/parameter-sets.ts';
import { type CertificatePlace, certificatePlace } from './certificate-source.ts';
import type { Variables } from './io.ts';
import { longName, type OptionValues, textValue } from './options.ts';
import { environmentOfProfile, fillingOf } from './profiles/filling.ts';
import type { NamedProfile, Profile } from './profiles/profile.ts';
import { profileInForce, profileNamed } from './profiles/read.ts';
import { type SecretMember, type SecretPlaces, secretPlaces } from './secret-places.ts';
import { type TokenOption, variableOf } from './token-options.ts';

/** What options, variables and the profile say together, before any secret is read. */

export interface TokenRequest {
  readonly chosen: ReadonlySet<Member>;
  readonly filled: ReadonlySet<Member>;
  /** The options, and what the profile adds to them beside the members below. */
  readonly values: OptionValues;
  /** Whose sign-in and secrets serve. */
  readonly profile: string | undefined;
  /** Those of the profile that serve. */
  readonly keptSecrets: readonly SecretName[];
  /** The set that the profile signed in by. */
  readonly usualSet: ParameterSetName | undefined;
  /** What a person should know of how this was read. */
  readonly notice: string | undefined;
  readonly applicationId: string | undefined;
  readonly tenant: string | undefined;
  readonly username: string | undefined;
  readonly scopes: readonly string[] | undefined;
  readonly resource: string | undefined;
  readonly environment: EnvironmentChoice | undefined;
  readonly places: SecretPlaces;
  /** What proves the application where no secret does. */
  readonly certificate: CertificatePlace | undefined;
  /** The credential's file holds the application id too. */
  readonly credentialHoldsId: boolean;
}

const memberOfOption = {
  applicationId: 'applicationId',
  tenant: 'tenant',
  environment: 'environment',
  scopes: 'scopes',
  resource: 'scopes',
  clientSecretFile: 'credential',
  credentialFile: 'credential',
  servicePrincipal: 'servicePrincipal',
  certificateThumbprint: 'certificate',
  certificateFile: 'certificate',
  accessTokenFile: 'accessToken',
  refreshTokenFile: 'refreshToken',
  module: 'module',
  useAuthorizationCode: 'useAuthorizationCode',
  useDeviceAuthentication: 'useDeviceAuthentication',
  username: 'username',
  passwordFile: 'password',
} as const satisfies Partial<Record<TokenOption, Member>>;

const optionsOfMember = (member: Member): string =>
  (Object.entries(memberOfOption) as [TokenOption, Member][])
    .filter(([, each]) => each === member)
    .map(([option]) => longName(option))
    .join(' or ');

/** Where a request is read from. */
export interface TokenSources {
  readonly values: OptionValues;
  readonly variables: Variables;
  /** Variables that may name what is asked for; default all. Whose secret a variable holds is always read from all. */
  readonly naming?: Variables;
  readonly profile: NamedProfile | undefined;
  /** Of a command that has a resource of its own when no option names one; variables and profile then do not either. */
  readonly defaultResource?: string | undefined;
}

/** With the profile that is named or current. `defaultResource`: see `TokenSources`. */
export const readTokenRequest = (values: OptionValues, variables: Variables, defaultResource?: string): TokenRequest =>
  tokenRequestOf({ values, variables, defaultResource, profile: profileInForce(values, variables) });

export function tokenRequestOf(sources: TokenSources): TokenRequest {
  const { values: options, variables, naming = variables, profile: named } = sources;
  const chosen = new Set<Member>();
  for (const [option, member] of Object.entries(memberOfOption)) {
    if (options[option] !== undefined) chosen.add(member);
  }
  const given = (key: 'applicationId' | 'tenant' | 'username') =>
    textValue(options, key) ?? variableOf(naming, key)?.value;
  const credentialHoldsId = options.credentialFile !== undefined;
  const environment = environmentChoice(options, naming);
  const asked = { chosen, environment, credentialHoldsId } as const;
  const names = { applicationId: given('applicationId'), username: given('username') };
  const filling = fillingOf(named, { ...asked, ...names });
  const { profile } = filling;
  const text = (key: 'applicationId' | 'tenant' | 'username') => given(key) ?? profile[key];
  const owners = { applicationId: text('applicationId'), username: text('username') };
  const request = {
    ...owners,
    tenant: text('tenant'),
    ...scopesAndResource(sources, profile),
    environment: environment ?? environmentOfProfile(profile),
    values: { ...valuesOfProfile(profile, chosen), ...options },
    places: secretPlaces(options, variables, { ...owners, filling }),
    certificate: certificateOf(sources, profile, owners.applicationId),
    credentialHoldsId,
  };
  return {
    ...request,
    chosen,
    filled: filledMembers(request, chosen),
    profile: filling.name,
    keptSecrets: profile.secrets ?? [],
    usualSet: profile.parameterSet,
    notice: profileNamed(options, variables) && filling.name === undefined ? setAsideNotice(named) : undefined,
  };
}

const setAsideNotice = (named: NamedProfile | undefined): string | undefined =>
  named &&
  `The profile ${named.name} is of another application or cloud than is asked for: its secrets and its sign-in are not used.`;

/** What a profile says that only options say otherwise. */
const optionsOfProfile = [
  'module',
  'servicePrincipal',
  'useAuthorizationCode',
  'useDeviceAuthentication',
] as const satisfies readonly (keyof Profile & TokenOption)[];

const valuesOfProfile = (profile: Profile, chosen: ReadonlySet<Member>): OptionValues =>
  Object.fromEntries(
    optionsOfProfile.filter((name) => !chosen.has(memberOfOption[name])).map((name) => [name, profile[name]]),
  );

/** A profile that signed in without a certificate takes none that is nobody's. */
function certificateOf(
  { values, variables }: TokenSources,
  { parameterSet, certificateFile, certificateThumbprint }: Profile,
  applicationId: string | undefined,
): CertificatePlace | undefined {
  const takesNobodys = parameterSet === undefined || parameterSet === 'ServicePrincipalCertificate';
  const isSomebodys = variableOf(variables, 'applicationId') !== undefined;
  return (
    certificatePlace(values, takesNobodys || isSomebodys ? variables : {}, applicationId) ??
    certificatePlace({ certificateFile, certificateThumbprint }, {}, applicationId)
  );
}

type Read = Omit<TokenRequest, 'chosen' | 'filled' | 'profile' | 'keptSecrets' | 'usualSet' | 'notice'>;

/** What is there without having been chosen by an option. */
function filledMembers(request: Read, chosen: ReadonlySet<Member>): ReadonlySet<Member> {
  const filled = new Set<Member>(Object.keys(request.places) as SecretMember[]);
  for (const [option, member] of Object.entries(memberOfOption)) {
    if (request.values[option] !== undefined) filled.add(member);
  }
  if (request.applicationId !== undefined || request.credentialHoldsId) filled.add('applicationId');
  if (request.tenant !== undefined) filled.add('tenant');
  if (request.username !== undefined) filled.add('username');
  if ((request.scopes ?? request.resource) !== undefined) filled.add('scopes');
  if (request.certificate) filled.add('certificate');
  for (const member of chosen) filled.delete(member);
  return filled;
}

function scopesAndResource({ values, variables, naming = variables, defaultResource }: TokenSources, profile: Profile) {
  const given = values.scopes;
  const resource = textValue(values, 'resource');
  if (Array.isArray(given) && resource !== undefined) {
    throw new AuthError('invalid_parameters', 'Give --scopes or --resource, not both.');
  }
  if (Array.isArray(given)) return { scopes: separated(given), resource: undefined };
  if (resource !== undefined || defaultResource !== undefined) {
    return { scopes: undefined, resource: resource ?? defaultResource };
  }
  const scopes = variableOf(naming, 'scopes');
  if (scopes) return { scopes: separated([scopes.value]), resource: undefined };
  const named = variableOf(naming, 'resource')?.value;
  return named === undefined
    ? { scopes: profile.scopes, resource: profile.resource }
    : { scopes: undefined, resource: named };
}

const separated = (texts: readonly string[]): readonly string[] =>
  texts.flatMap((text) => text.split(/[\s,]+/)).filter((scope) => scope !== '');

function environmentChoice(values: OptionValues, variables: Variables): EnvironmentChoice | undefined {
  const named = textValue(values, 'environment') ?? variableOf(variables, 'environment')?.value;
  if (named !== undefined) return named;
  const authority = variableOf(variables, 'authority');
  return authority && environmentOfAuthority(authority.value);
}

export const resolutionOf = (request: TokenRequest, more: readonly Member[] = []): Resolution =>
  resolveParameterSet(request.chosen, new Set([...request.filled, ...more]), request.usualSet);

export const problemOf = (resolution: Exclude<Resolution, { set: unknown }>): AuthError =>
  new AuthError('invalid_parameters', describeProblem(resolution, optionsOfMember), {
    hint: 'partner-auth token --help lists what belongs together.',
  });

export const resolvedEnvironmentOf = (request: TokenRequest, variables: Variables) =>
  resolveEnvironment(request.environment, undefined, variables);

export const switchesOf = (values: OptionValues, variables: Variables, refreshToken: boolean): Switches => ({
  refreshToken,
  useAuthorizationCode: values.useAuthorizationCode === true,
  useDeviceAuthentication: values.useDeviceAuthentication === true,
  hasDisplay: hasDisplay(variables, process.platform),
});
