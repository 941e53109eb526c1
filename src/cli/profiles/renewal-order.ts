import type { TokenOrder } from '../../client/acquire.ts';
import { environmentOfAuthority, type ResolvedEnvironment, resolveEnvironment } from '../../client/environment.ts';
import { AuthError } from '../../client/errors.ts';
import type { KeptIdentity } from '../../client/inventory.ts';
import { normalisedAuthority, storedIdentityOf, type TokenPlan, tokenKey } from '../../client/plan.ts';
import { requestedScopes } from '../../client/requested-scopes.ts';
import { isSameIdentity } from '../../client/stored-keys.ts';
import type { CommandContext } from '../command.ts';
import type { Variables } from '../io.ts';
import { readSecret } from '../secrets.ts';
import { tokenOrder } from '../token-order.ts';
import { tokenRequestOf } from '../token-request.ts';
import type { NamedProfile } from './profile.ts';

/**
 * The order that renews a kept sign-in without anybody: the profile's own, or for a sign-in without a profile what its
 * last token was for. Variables add secrets that are this application's, and change nothing of what is asked for.
 */
export async function renewalOrder(
  context: CommandContext,
  profile: NamedProfile | undefined,
  identity: KeptIdentity,
): Promise<TokenOrder> {
  const variables = withoutRefreshTokens(context.io.variables);
  if (profile) {
    const request = tokenRequestOf({ values: context.values, variables, naming: {}, profile });
    const order = await tokenOrder({ ...context, io: { ...context.io, variables, prompt: undefined } }, request);
    if (isSameIdentity(storedIdentityOf(order.plan), identity)) return { ...order, silent: true };
  }
  return orderOfIdentity(context, identity);
}

/** One in the environment is another sign-in. */
const withoutRefreshTokens = (variables: Variables): Variables => ({
  ...variables,
  PARTNER_AUTH_REFRESH_TOKEN: undefined,
  PARTNER_AUTH_REFRESH_TOKEN_FILE: undefined,
});

function orderOfIdentity({ io, warn, secrets }: CommandContext, identity: KeptIdentity): TokenOrder {
  const { authority, applicationId, holder, tokens } = identity;
  const resolved = environmentAt(authority, io.variables);
  const { environment } = resolved;
  const last = tokens.find(({ request }) => request.version === 'v2')?.request;
  const wanted = last ? { scopes: last.scopes } : { resource: 'partner-center' };
  const plan: Omit<TokenPlan, 'key'> = {
    set: 'RefreshToken',
    flow: 'refreshToken',
    ...{ environment, applicationId, holder },
    tenant: last?.tenant ?? identity.signIn?.signIn.tenantId ?? 'organizations',
    version: 'v2',
    ...requestedScopes(environment, wanted, 'user'),
    account: undefined,
    claims: last?.claims ?? undefined,
  };
  const sources = { values: { applicationId }, variables: io.variables, naming: {}, profile: undefined };
  const place = tokenRequestOf(sources).places.credential;
  const secret = async () => {
    const read = await readSecret(io, place ?? { kind: 'variable', name: '', label: 'The secret' }, warn);
    secrets.push(read);
    return read;
  };
  return {
    plan: { ...plan, key: tokenKey(plan) },
    resolved,
    authentication: place && { kind: 'secret', secret },
    silent: true,
  };
}

/** The sandbox that is running now, when it is that one: its certificate authority is in its file. */
function environmentAt(authority: string, variables: Variables): ResolvedEnvironment {
  const environment = environmentOfAuthority(authority);
  if (environment.name !== 'Sandbox') return { environment };
  try {
    const sandbox = resolveEnvironment('Sandbox', undefined, variables);
    if (normalisedAuthority(sandbox.environment.authority) === authority) return sandbox;
  } catch (error) {
    if (!(error instanceof AuthError)) throw error;
  }
  return { environment };
}
