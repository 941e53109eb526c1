import { type Clock, systemClock } from '../base/clock.ts';
import { remembering } from '../base/remember.ts';
import { singleFlight } from '../base/single-flight.ts';
import { acquire, type TokenOrder } from './acquire.ts';
import type { AuthResult } from './auth-result.ts';
import { type CallOptions, type ClientContext, clientContext } from './context.ts';
import { PartnerCredential, type PartnerCredentialOptions } from './credential.ts';
import { withCustody } from './custody.ts';
import { environmentGiven } from './environment.ts';
import { fanOut, obtainForMany, type TenantResult, type Tenants } from './fan-out.ts';
import { flows } from './flows.ts';
import { exchangeBearer, type GenerateAccessTokenParameters, type GeneratedToken } from './generate-access-token.ts';
import { HotTokens } from './hot-tokens.ts';
import { orderOf } from './order.ts';
import type { AcquireOptions, NewPartnerAccessTokenParameters, ParameterSetMembers } from './parameters.ts';
import { replacingRefused } from './replacing-refused.ts';
import { memoryStore } from './stores/memory.ts';
import { trustingFetch } from './trusting-fetch.ts';
import { aborted, untilAborted } from './until-aborted.ts';

/** Of each set on its own: Omit over the union would leave what all sets have in common. */
type WithoutScopes<Set> = Set extends unknown ? Omit<Set, 'scopes' | 'resource'> : never;

/** One identity: a parameter set without the scopes, which each call names. */
export type PartnerClientParameters = WithoutScopes<ParameterSetMembers> & AcquireOptions;

/** What one call asks for; the rest comes from the client. */
export interface AcquireTokenRequest extends AcquireOptions {
  readonly scopes?: string | readonly string[] | undefined;
  readonly resource?: string | undefined;
  readonly tenant?: string | undefined;
}

/** What is asked of every tenant. Default: a token for Graph, which Partner Center's own is not asked for at customers'. */
export interface ForTenantsOptions extends Omit<AcquireTokenRequest, 'tenant'> {
  /** Tenants asked at a time, 1 to 64; default 8. */
  readonly concurrency?: number | undefined;
  /** Seconds for all tenants together; default: no limit. */
  readonly deadlineSeconds?: number | undefined;
}

/**
 * A long-lived client for one identity: what is the same in every call is given once; tokens are kept by authority, tenant,
 * application, holder, scopes and claims, replaced five minutes before they end, and asked for once however many callers
 * wait. A user signs in once; the refresh token serves every later call. With `store`, all this outlives the process.
 *
 * ```ts
 * const client = new PartnerClient({ applicationId, credential, tenant });
 * const { accessToken } = await client.generateAccessToken();
 * ```
 */
export class PartnerClient {
  readonly #defaults: PartnerClientParameters;
  readonly #clock: Clock;
  /** Nothing in what the client was given asks for more than a look at what is kept. */
  readonly #isPlain: boolean;
  readonly #hot = new HotTokens();
  readonly #memory = memoryStore();
  /** One for an authority: its connections are used again. */
  readonly #trusting = remembering(2, trustingFetch);
  readonly #share: ReturnType<typeof sharing>;

  constructor(defaults: PartnerClientParameters) {
    this.#defaults = { ...defaults };
    this.#clock = defaults.clock ?? systemClock;
    this.#isPlain = defaults.forceRefresh !== true && !defaults.signal;
    this.#share = sharing();
  }

  /**
   * A token for the scopes, or for the resource: by default Partner Center. Throws as `newPartnerAccessToken` does.
   * `signal` ends this caller's waiting; others who wait for the same token go on.
   */
  async acquireToken(request: AcquireTokenRequest = {}): Promise<AuthResult> {
    const hot = this.#isPlain ? this.#hot.get(request, this.#clock.now()) : undefined;
    if (hot) return hot;
    const parameters = this.#parametersOf(request);
    const order = orderOf(parameters);
    const { store = this.#memory, forceRefresh = false } = parameters;
    const once = withCustody(store, acquire, forceRefresh);
    // Whoever asks anew does not take what somebody finds who does not.
    const key = `${forceRefresh ? 'anew ' : ''}${order.plan.key}`;
    const result = await this.#share(key, (context) => once(context, order), this.#contextOf(parameters));
    if (this.#isPlain) this.#heat(request, order, result);
    return result;
  }

  /** A renewal of a sign-in changes the refresh token beside all of its tokens: they are looked up again. */
  #heat(request: AcquireTokenRequest, { plan }: TokenOrder, result: AuthResult): void {
    const { isKept, signsIn } = flows[plan.flow];
    if (signsIn && (this.#defaults.store || !result.fromCache)) this.#hot.clear();
    if (isKept && !(signsIn && this.#defaults.store)) {
      this.#hot.set(request, result, this.#clock.now());
    }
  }

  /**
   * A Partner Center token by the Generate access token API, for a bearer this client obtains. A kept bearer that is
   * refused is replaced once. Throws as `acquireToken` and the function `generateAccessToken` do.
   */
  async generateAccessToken(request: Partial<GenerateAccessTokenParameters> = {}): Promise<GeneratedToken> {
    const { bearer: given, api, requestId, correlationId, mediaType, ...options } = request;
    const parameters = this.#parametersOf(options);
    const context = this.#contextOf(parameters);
    const resolved = environmentGiven(parameters);
    const exchange = (bearer: string) =>
      exchangeBearer(context, resolved, { bearer, api, requestId, correlationId, mediaType });
    if (given !== undefined) return exchange(given);
    return replacingRefused(
      (forceRefresh) => this.acquireToken(forceRefresh ? { ...options, forceRefresh } : options),
      ({ accessToken }) => exchange(accessToken),
    );
  }

  /**
   * A token for each tenant, by this client's one identity, in the order they are obtained. Tenants are read as fast as
   * results are taken; what is asked twice, in whatever letter case, is asked once. `Retry-After` makes all of them wait.
   * A user's refresh token is carried on from tenant to tenant; the tokens themselves are kept where `store` is given.
   *
   * What a tenant refuses (`consent_needed`, an unknown tenant, a relationship that has ended) is its result. Thrown, after
   * the results under way: what every tenant would meet (`credentials_refused`, a sign-in that has ended, nobody there),
   * `timed_out` when `deadlineSeconds` have passed, `throttled` when ten pauses in a row changed nothing, `aborted`.
   *
   * ```ts
   * for await (const { tenant, ...outcome } of client.forTenants(customers, { resource: 'graph' })) {
   *   if (outcome.ok) use(tenant, outcome.result.accessToken);
   *   else report(tenant, outcome.error);
   * }
   * ```
   */
  async *forTenants(tenants: Tenants, options: ForTenantsOptions = {}): AsyncGenerator<TenantResult, void, undefined> {
    const { concurrency, deadlineSeconds, ...request } = options;
    const asked = (request.scopes ?? request.resource) === undefined ? { ...request, resource: 'graph' } : request;
    const parameters = this.#parametersOf(asked);
    const context = this.#contextOf(parameters);
    const order = orderOf(parameters);
    const { store = this.#memory, forceRefresh } = parameters;
    const obtain = obtainForMany(order, { store, keepsTokens: parameters.store !== undefined, forceRefresh });
    yield* fanOut({ context, order, obtain, concurrency, deadlineSeconds }, tenants);
  }

  /** For Azure's SDKs and Graph's clients. */
  credential(options: Omit<PartnerCredentialOptions, 'tenant'> = {}): PartnerCredential {
    const { tenant, domain, tenantId } = this.#defaults;
    return new PartnerCredential(this, { ...options, tenant: tenant ?? domain ?? tenantId });
  }

  #contextOf(parameters: CallOptions): ClientContext {
    return { ...clientContext(parameters), trusting: this.#trusting };
  }

  #parametersOf(request: AcquireTokenRequest): NewPartnerAccessTokenParameters {
    const { scopes, resource, ...others } = request;
    const asked = scopes !== undefined ? { scopes } : { resource: resource ?? 'partner-center' };
    const given = Object.fromEntries(Object.entries(others).filter(([, value]) => value !== undefined));
    const merged: unknown = { ...this.#defaults, ...withoutAliases(given), ...given, ...asked };
    return merged as NewPartnerAccessTokenParameters;
  }
}

/** A call's tenant and environment replace the client's, under whatever name those were given. */
const withoutAliases = (given: object) => ({
  ...('tenant' in given ? { domain: undefined, tenantId: undefined } : {}),
  ...('environment' in given || 'environmentName' in given
    ? { environment: undefined, environmentName: undefined }
    : {}),
});

/** One request for each key at a time; each caller leaves by its own signal. */
function sharing() {
  const shared = singleFlight<AuthResult>();
  return async (
    key: string,
    obtain: (context: ClientContext) => Promise<AuthResult>,
    context: ClientContext,
  ): Promise<AuthResult> => {
    if (context.signal?.aborted) throw aborted(context.signal);
    const result = shared(key, () => obtain({ ...context, signal: undefined }));
    return context.signal ? untilAborted(result, context.signal) : result;
  };
}
