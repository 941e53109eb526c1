import type { Secret } from '../base/secret.ts';
import type { AuthResult } from './auth-result.ts';
import type { ClientAuthentication } from './client-authentication.ts';
import type { ClientContext } from './context.ts';
import { fetchFor, type ResolvedEnvironment } from './environment.ts';
import { AuthError } from './errors.ts';
import { type FlowName, flows } from './flows.ts';
import type { BrowserSignIn } from './grants/authorization-code.ts';
import { clientCredentials } from './grants/client-credentials.ts';
import { deviceCodeGrant } from './grants/device-code.ts';
import { givenAccessToken } from './grants/given-access-token.ts';
import { passwordGrant } from './grants/password.ts';
import { refreshTokenGrant } from './grants/refresh-token.ts';
import type { TokenPlan } from './plan.ts';
import { type SecretSource, secretOf } from './secret-source.ts';

/** Everything a parameter set was given: the plan, and where its secrets are. */
export interface TokenOrder extends BrowserSignIn {
  readonly plan: TokenPlan;
  readonly resolved: ResolvedEnvironment;
  /** The user's name as given. */
  readonly username?: string | undefined;
  readonly accessToken?: SecretSource | undefined;
  readonly password?: SecretSource | undefined;
  /** Left out in the flow of that name: the kept sign-in's. */
  readonly refreshToken?: SecretSource | undefined;
  /** Undefined: a public client. */
  readonly authentication?: ClientAuthentication | undefined;
  /** No person is to be asked: without a sign-in that still serves, `sign_in_needed`. */
  readonly silent?: boolean | undefined;
}

/** One signature for obtaining a token, so that keeping, sharing and counting can be wrapped around it. */
export type Acquire = (context: ClientContext, order: TokenOrder) => Promise<AuthResult>;

/** What a grant has to work with. */
export interface Grant {
  readonly context: ClientContext;
  readonly fetchIt: typeof fetch;
  readonly plan: TokenPlan;
  readonly authentication: ClientAuthentication | undefined;
}

const grantOf = (context: ClientContext, { plan, resolved, authentication }: TokenOrder): Grant => ({
  context,
  fetchIt: fetchFor(context, resolved),
  plan,
  authentication,
});

const acquirers: Readonly<Record<FlowName, Acquire>> = {
  givenAccessToken: async (context, order) => givenAccessToken(context, order.plan, await secretOf(order.accessToken)),
  clientCredentials: async (context, order) => clientCredentials(grantOf(context, order)),
  password: async (context, order) =>
    passwordGrant(grantOf(context, order), {
      username: order.username ?? '',
      password: await secretOf(order.password),
    }),
  refreshToken: async (context, order) => redeemRefreshToken(context, order, await secretOf(order.refreshToken)),
  browser: async (context, order) => {
    const { authorizationCodeGrant } = await import('./grants/authorization-code.ts');
    return authorizationCodeGrant(grantOf(context, order), order);
  },
  deviceCode: async (context, order) => deviceCodeGrant(grantOf(context, order)),
};

/** Whether the order itself can sign in: it asks a person who may be asked, or brings what is needed. */
export const canSignIn = ({ plan, silent, refreshToken }: TokenOrder): boolean =>
  plan.flow === 'refreshToken' ? refreshToken !== undefined : !(flows[plan.flow].isInteractive && silent);

export const acquire: Acquire = async (context, order) => {
  const { flow } = order.plan;
  if (!canSignIn(order)) throw flow === 'refreshToken' ? noSignIn() : nobodyToAsk();
  return acquirers[flow](context, order);
};

const noSignIn = () =>
  new AuthError('sign_in_needed', 'No sign-in is kept, and no refresh token was given.', {
    hint: 'Give one to partner-auth login by --refresh-token-file.',
  });

const nobodyToAsk = () =>
  new AuthError('sign_in_needed', 'Nobody is signed in, and nobody may be asked.', {
    hint:
      'Sign in with partner-auth login, run this on a terminal, or ask for it by --use-device-authentication. To act as ' +
      'the application itself, give its secret or its certificate, and the tenant.',
  });

/** The token of a sign-in, kept or given, for what the order asks. */
export const redeemRefreshToken = (context: ClientContext, order: TokenOrder, refreshToken: Secret) =>
  refreshTokenGrant(grantOf(context, order), refreshToken);
