import { isTenantAlias } from '../protocol/tenants.ts';
import { type AbortSignalLike, withAbortSignal } from './abort-signal.ts';
import type { AuthResult } from './auth-result.ts';
import { AuthError } from './errors.ts';
import type { AcquireTokenRequest } from './partner-client.ts';
import { earlyExpirySeconds } from './stored-token.ts';

/** Azure's `TokenCredential`, structurally: no package of Azure's is needed to be one. */
export interface AccessToken {
  readonly token: string;
  /** Milliseconds since 1970. */
  readonly expiresOnTimestamp: number;
  readonly refreshAfterTimestamp?: number;
  readonly tokenType?: 'Bearer';
}

export interface GetTokenOptions {
  /** The platform's signal or Azure's own kind. */
  readonly abortSignal?: AbortSignalLike | undefined;
  /** A claims challenge of the resource: what is kept was refused, and the authority is asked. */
  readonly claims?: string | undefined;
  /** Another tenant than the client's, where `additionallyAllowedTenants` names it. */
  readonly tenantId?: string | undefined;
  /** Taken and without effect: tokens here are never long-lived, and a claims challenge is always answered. */
  readonly enableCae?: boolean | undefined;
  /** Milliseconds for one request. */
  readonly requestOptions?: { readonly timeout?: number | undefined } | undefined;
}

export interface PartnerCredentialOptions {
  /**
   * Tenants besides the client's own that `getToken` may be asked for, because it is often the answer of a resource that
   * names one; `*` for any. Default: what `AZURE_ADDITIONALLY_ALLOWED_TENANTS` lists between semicolons, else none. A client
   * without a tenant of its own (`organizations`, `common`) takes any, as Azure's own credentials do.
   */
  readonly additionallyAllowedTenants?: readonly string[] | undefined;
  /** The client's own tenant. */
  readonly tenant?: string | undefined;
}

interface TokenSource {
  acquireToken(request: AcquireTokenRequest): Promise<AuthResult>;
}

/**
 * Hands a client's tokens to Azure's SDKs and Graph's clients. `getToken` throws as `newPartnerAccessToken` does; ended by
 * `abortSignal` it throws an `AbortError`, which those SDKs know.
 *
 * ```ts
 * const graph = new SomeAzureClient(endpoint, new PartnerClient({ applicationId, credential, tenant }).credential());
 * ```
 */
export class PartnerCredential {
  readonly #client: TokenSource;
  readonly #tenants: ReadonlySet<string> | 'any';

  constructor(client: TokenSource, options: PartnerCredentialOptions = {}) {
    this.#client = client;
    this.#tenants = allowedTenants(options);
  }

  async getToken(scopes: string | string[], options: GetTokenOptions = {}): Promise<AccessToken> {
    const { claims, tenantId, requestOptions } = options;
    this.#requireAllowed(tenantId);
    const { accessToken, expiresOn } = await withAbortSignal(options.abortSignal, (signal) =>
      this.#client
        .acquireToken({
          scopes,
          ...(claims !== undefined && { claims, forceRefresh: true }),
          ...(tenantId !== undefined && { tenant: tenantId }),
          ...(signal && { signal }),
          ...(requestOptions?.timeout && { timeoutSeconds: requestOptions.timeout / 1000 }),
        })
        .catch((error: unknown) => {
          throw error instanceof AuthError && error.code === 'aborted' ? abortError(error) : error;
        }),
    );
    const expiresOnTimestamp = expiresOn.getTime();
    return {
      token: accessToken,
      expiresOnTimestamp,
      refreshAfterTimestamp: expiresOnTimestamp - earlyExpirySeconds * 1000,
      tokenType: 'Bearer',
    };
  }

  #requireAllowed(tenantId: string | undefined): void {
    if (tenantId === undefined || this.#tenants === 'any' || this.#tenants.has(tenantId.toLowerCase())) return;
    throw new AuthError('invalid_parameters', `This credential is not for the tenant ${tenantId}.`, {
      hint: 'Name the tenant, or *, in additionallyAllowedTenants or in AZURE_ADDITIONALLY_ALLOWED_TENANTS.',
    });
  }
}

function allowedTenants({ tenant, additionallyAllowedTenants }: PartnerCredentialOptions): ReadonlySet<string> | 'any' {
  const own = tenant?.toLowerCase();
  const named = additionallyAllowedTenants ?? process.env.AZURE_ADDITIONALLY_ALLOWED_TENANTS?.split(';') ?? [];
  const additional = named.map((each) => each.trim().toLowerCase());
  if (own === undefined || isTenantAlias(own) || additional.includes('*')) return 'any';
  return new Set([own, ...additional]);
}

const abortError = (cause: AuthError): DOMException => new DOMException(cause.message, { name: 'AbortError', cause });
