import { hasDisplay } from '../client/display.ts';
import { type EnvironmentChoice, environmentOfAuthority, resolveEnvironment } from '../client/environment.ts';
import { AuthError } from '../client/errors.ts';
import type { Switches } from '../client/flows.ts';
import { describeProblem, type Member, type Resolution, resolveParameterSet } from '../client/parameter-sets.ts';
import { isPinnedAway } from './azure-chain.ts';
import { type CertificatePlace, certificatePlace } from './certificate-source.ts';
import type { Variables } from './io.ts';
import { longName, type OptionValues, textValue } from './options.ts';
import { type TokenOption, tokenVariables, type VariableName, variableOf } from './token-options.ts';

/** What options and variables say together, before any secret is read. */

export interface SecretPlace {
  /** For a file, its path or `-`; for a variable, its name. */
  readonly kind: 'file' | 'variable';
  readonly name: string;
  /** As the user would say it. */
  readonly label: string;
}

export type SecretMember = 'accessToken' | 'credential' | 'password' | 'refreshToken';

export interface TokenRequest {
  readonly chosen: ReadonlySet<Member>;
  readonly filled: ReadonlySet<Member>;
  readonly applicationId: string | undefined;
  readonly tenant: string | undefined;
  readonly username: string | undefined;
  readonly scopes: readonly string[] | undefined;
  readonly resource: string | undefined;
  readonly environment: EnvironmentChoice | undefined;
  readonly places: Readonly<Partial<Record<SecretMember, SecretPlace>>>;
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

/**
 * `defaultResource`: a command that has a resource of its own when no option names one; variables then do not either.
 */
export function readTokenRequest(values: OptionValues, variables: Variables, defaultResource?: string): TokenRequest {
  const chosen = new Set<Member>();
  for (const [option, member] of Object.entries(memberOfOption)) {
    if (values[option] !== undefined) chosen.add(member);
  }
  const filled = new Set<Member>();
  const fill = (member: Member, key: VariableName): string | undefined => {
    if (chosen.has(member)) return undefined;
    const found = variableOf(variables, key);
    if (found) filled.add(member);
    return found?.value;
  };
  const applicationId = textValue(values, 'applicationId') ?? fill('applicationId', 'applicationId');
  const username = textValue(values, 'username') ?? fill('username', 'username');
  const credentialHoldsId = values.credentialFile !== undefined;
  if (credentialHoldsId && !chosen.has('applicationId')) filled.add('applicationId');
  const wanted = scopesAndResource(values, variables, defaultResource);
  if (!chosen.has('scopes') && (wanted.scopes ?? wanted.resource) !== undefined) filled.add('scopes');
  const certificate = certificatePlace(values, variables, applicationId);
  if (!chosen.has('certificate') && certificate) filled.add('certificate');
  const places = secretPlaces(values, variables, { applicationId, username });
  for (const member of Object.keys(places) as SecretMember[]) if (!chosen.has(member)) filled.add(member);
  return {
    chosen,
    filled,
    applicationId,
    tenant: textValue(values, 'tenant') ?? fill('tenant', 'tenant'),
    username,
    ...wanted,
    environment: environmentChoice(values, variables),
    places,
    certificate,
    credentialHoldsId,
  };
}

function scopesAndResource(values: OptionValues, variables: Variables, defaultResource: string | undefined) {
  const given = values.scopes;
  const resource = textValue(values, 'resource');
  if (Array.isArray(given) && resource !== undefined) {
    throw new AuthError('invalid_parameters', 'Give --scopes or --resource, not both.');
  }
  if (Array.isArray(given)) return { scopes: separated(given), resource: undefined };
  if (resource !== undefined || defaultResource !== undefined) {
    return { scopes: undefined, resource: resource ?? defaultResource };
  }
  const scopes = variableOf(variables, 'scopes');
  if (scopes) return { scopes: separated([scopes.value]), resource: undefined };
  return { scopes: undefined, resource: variableOf(variables, 'resource')?.value };
}

const separated = (texts: readonly string[]): readonly string[] =>
  texts.flatMap((text) => text.split(/[\s,]+/)).filter((scope) => scope !== '');

function environmentChoice(values: OptionValues, variables: Variables): EnvironmentChoice | undefined {
  const named = textValue(values, 'environment') ?? variableOf(variables, 'environment')?.value;
  if (named !== undefined) return named;
  const authority = variableOf(variables, 'authority');
  return authority && environmentOfAuthority(authority.value);
}

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

function secretPlaces(values: OptionValues, variables: Variables, names: Names) {
  if (values.clientSecretFile !== undefined && values.credentialFile !== undefined) {
    throw new AuthError('invalid_parameters', 'Give --client-secret-file or --credential-file, not both.');
  }
  const places: Partial<Record<SecretMember, SecretPlace>> = {};
  for (const member of Object.keys(filesOfSecret) as SecretMember[]) {
    const place = placeOfOption(member, values) ?? placeOfVariable(member, variables, names);
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

/** Whose secrets these are: what was asked for, by option or by variable. */
type Names = Readonly<Record<'applicationId' | 'username', string | undefined>>;

const nameOfOwner: Partial<Record<SecretMember, keyof Names>> = { credential: 'applicationId', password: 'username' };

/**
 * A secret in the environment belongs to the application or user its own family names, or where that names none to the
 * one the environment does: it is not sent for another.
 */
function isOthers(member: SecretMember, variables: Variables, secretVariable: string, names: Names): boolean {
  const key = nameOfOwner[member];
  if (key === undefined) return false;
  const family = familyOf(secretVariable);
  const own = tokenVariables[key].find((name) => familyOf(name) === family && variables[name]);
  const owner = own === undefined ? variableOf(variables, key)?.value : variables[own];
  const asked = names[key];
  return owner !== undefined && asked !== undefined && owner.toLowerCase() !== asked.toLowerCase();
}

export const resolutionOf = (request: TokenRequest, more: readonly Member[] = []): Resolution =>
  resolveParameterSet(request.chosen, new Set([...request.filled, ...more]));

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
