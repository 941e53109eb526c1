import type { Secret } from '../base/secret.ts';
import type { AuthResult } from './auth-result.ts';
import type { ClientContext } from './context.ts';
import { fetchFor, type ResolvedEnvironment } from './environment.ts';
import { AuthError } from './errors.ts';
import { clientCredentials } from './grants/client-credentials.ts';
import { givenAccessToken } from './grants/given-access-token.ts';
import { passwordGrant } from './grants/password.ts';
import type { ParameterSetName } from './parameter-sets.ts';
import type { TokenPlan } from './plan.ts';

/** A secret that is read when it is needed: from a file, standard input, a prompt, or memory. */
export type SecretSource = () => Secret | Promise<Secret>;

/** Everything a parameter set was given: the plan, and where its secrets are. */
export interface TokenOrder {
  readonly plan: TokenPlan;
  readonly resolved: ResolvedEnvironment;
  /** The user's name as given. */
  readonly username?: string | undefined;
  readonly accessToken?: SecretSource | undefined;
  readonly clientSecret?: SecretSource | undefined;
  readonly password?: SecretSource | undefined;
  readonly useAuthorizationCode?: boolean | undefined;
}

/** One signature for obtaining a token, so that keeping, sharing and counting can be wrapped around it. */
export type Acquire = (context: ClientContext, order: TokenOrder) => Promise<AuthResult>;

/** Each set is one entry; `undefined` is a set that is declared and not built yet. */
const acquirers: Readonly<Record<ParameterSetName, Acquire | undefined>> = {
  AccessToken: async (context, order) => givenAccessToken(context, order.plan, await secretOf(order.accessToken)),
  ServicePrincipal: async (context, order) =>
    clientCredentials(context, fetchFor(context, order.resolved), order.plan, await secretOf(order.clientSecret)),
  Password: async (context, order) =>
    passwordGrant(context, fetchFor(context, order.resolved), order.plan, {
      username: order.username ?? '',
      password: await secretOf(order.password),
      clientSecret: order.clientSecret && (await order.clientSecret()),
    }),
  ServicePrincipalCertificate: undefined,
  RefreshToken: undefined,
  ByModule: undefined,
  User: undefined,
};

export const acquire: Acquire = async (context, order) =>
  requireSupported(order.plan.set, order.useAuthorizationCode)(context, order);

/** Throws `not_supported`, naming what works, before anything else of the order is looked at. */
export function requireSupported(set: ParameterSetName, useAuthorizationCode: boolean | undefined): Acquire {
  const found = useAuthorizationCode ? undefined : acquirers[set];
  if (found) return found;
  const what = useAuthorizationCode ? `${set} with a sign-in in the browser` : set;
  throw new AuthError('not_supported', `The parameter set ${what} is not available yet.`, {
    hint: 'What works: ServicePrincipal with a secret, Password, and AccessToken.',
  });
}

/** Sets whose tokens may be kept: the key of the plan says all that made them. */
export const isKept = (order: TokenOrder): boolean =>
  (order.plan.set === 'ServicePrincipal' && !order.useAuthorizationCode) || order.plan.set === 'Password';

async function secretOf(source: SecretSource | undefined): Promise<Secret> {
  if (!source) throw new AuthError('invalid_parameters', 'A secret is missing.');
  const secret = await source();
  if (secret.reveal() === '') throw new AuthError('invalid_parameters', 'A secret is empty.');
  return secret;
}
