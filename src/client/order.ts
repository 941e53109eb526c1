import { Secret } from '../base/secret.ts';
import type { TokenOrder } from './acquire.ts';
import { type ClientAssertion, certificateAssertion } from './client-assertion.ts';
import type { ClientAuthentication } from './client-authentication.ts';
import { type ClientContext, clientContext } from './context.ts';
import { hasDisplay } from './display.ts';
import { environmentGiven } from './environment.ts';
import { AuthError } from './errors.ts';
import { bothSwitchesWarning, flowOf, type Switches } from './flows.ts';
import { moduleGiven } from './modules.ts';
import { describeProblem, type Member, resolveParameterSet } from './parameter-sets.ts';
import type { Certificate, Credential, NewPartnerAccessTokenParameters } from './parameters.ts';
import { planToken } from './plan.ts';

/** Each member and its aliases, as the cmdlet has them. `resource` is one way of giving the scopes. */
const aliases: Readonly<Record<Member, readonly string[]>> = {
  accessToken: [],
  applicationId: ['clientId'],
  certificate: [],
  credential: [],
  environment: ['environmentName'],
  module: ['moduleName'],
  password: [],
  refreshToken: [],
  scopes: ['resource'],
  servicePrincipal: [],
  tenant: ['domain', 'tenantId'],
  useAuthorizationCode: ['authCode'],
  useDeviceAuthentication: ['deviceCode', 'deviceAuth', 'device'],
  username: [],
};

/** Reads the caller's object: one value for each member, a set for all of them, a plan for the set. */
export function orderOf(parameters: NewPartnerAccessTokenParameters): TokenOrder {
  const given: Readonly<Record<string, unknown>> = { ...parameters };
  const values = new Map<Member, unknown>();
  for (const [member, names] of Object.entries(aliases) as [Member, readonly string[]][]) {
    const present = [member, ...names].filter((name) => given[name] !== undefined && given[name] !== false);
    const [name, second] = present;
    if (second) throw new AuthError('invalid_parameters', `${name} and ${second} are two names of one parameter.`);
    if (name !== undefined) values.set(member, given[name]);
  }
  const resolution = resolveParameterSet(new Set(values.keys()), new Set());
  if (!('set' in resolution)) {
    throw new AuthError('invalid_parameters', describeProblem(resolution, memberName));
  }
  const { set } = resolution;
  const switches = switchesOf(values);
  const flow = flowOf(set, switches);
  if (switches.useAuthorizationCode && switches.useDeviceAuthentication) parameters.onWarning?.(bothSwitchesWarning);
  const text = (member: Member) => textOf(values, member);
  const credential = values.get('credential') as Credential | undefined;
  const certificate = values.get('certificate') as Certificate | undefined;
  const module = moduleGiven(text('module'));
  const resolved = environmentGiven(parameters);
  const refreshToken = secretOfText(text('refreshToken'));
  const plan = planToken({ set, flow }, resolved.environment, {
    applicationId: sameApplication(text('applicationId') ?? module?.applicationId, credential?.userName),
    tenant: text('tenant'),
    username: text('username'),
    refreshToken,
    claims: parameters.claims,
    resource: (given.resource as string | undefined) ?? (given.scopes === undefined ? module?.resource : undefined),
    scopes: scopesGiven(given.scopes as string | readonly string[] | undefined),
  });
  const source = (secret: Secret | undefined) => secret && (() => secret);
  return {
    plan,
    resolved,
    username: text('username'),
    accessToken: source(secretOfText(text('accessToken'))),
    password: source(secretOfText(text('password'))),
    refreshToken: source(refreshToken),
    authentication: authenticationOf(() => clientContext(parameters), plan.applicationId, { certificate, credential }),
    silent: parameters.silent,
    redirectPort: parameters.redirectPort,
    loginHint: parameters.loginHint,
  };
}

const switchesOf = (values: ReadonlyMap<Member, unknown>): Switches => ({
  refreshToken: values.has('refreshToken'),
  useAuthorizationCode: values.has('useAuthorizationCode'),
  useDeviceAuthentication: values.has('useDeviceAuthentication'),
  hasDisplay: hasDisplay(process.env, process.platform),
});

function authenticationOf(
  context: () => ClientContext,
  applicationId: string,
  { certificate, credential }: { certificate: Certificate | undefined; credential: Credential | undefined },
): ClientAuthentication | undefined {
  if (certificate) {
    // Opened when it is needed, and once: a kept token needs none.
    let opened: ClientAssertion | undefined;
    return {
      kind: 'assertion',
      assertion: (audience) => {
        opened ??= certificateAssertion(context(), applicationId, certificate);
        return opened(audience);
      },
    };
  }
  if (!credential) return undefined;
  const secret = new Secret(credential.password);
  return { kind: 'secret', secret: () => secret };
}

const memberName = (member: Member): string => (member === 'scopes' ? 'scopes (or resource)' : member);

const secretOfText = (value: string | undefined) => (value === undefined ? undefined : new Secret(value));

const scopesGiven = (scopes: string | readonly string[] | undefined): readonly string[] | undefined =>
  typeof scopes === 'string' ? [scopes] : scopes;

function textOf(values: ReadonlyMap<Member, unknown>, member: Member): string | undefined {
  const value = values.get(member);
  if (value === undefined || typeof value === 'string') return value;
  throw new TypeError(`${member} must be text`);
}

/** A secret belongs to one application: two different ids are a mistake that would only show as AADSTS700007 later. */
export function sameApplication(applicationId: string | undefined, userName: string | undefined): string {
  const id = applicationId ?? userName;
  if (id === undefined || id === '') throw new AuthError('invalid_parameters', 'The application id is missing.');
  if (userName && userName.toLowerCase() !== id.toLowerCase()) {
    throw new AuthError('invalid_parameters', `The credential is for the application ${userName}, not for ${id}.`, {
      hint: 'Give the application id once, or the same in both places.',
    });
  }
  return id;
}
