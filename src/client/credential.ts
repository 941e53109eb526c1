import type { AuthResult } from './auth-result.ts';
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
  readonly abortSignal?: { readonly aborted: boolean } | undefined;
  readonly claims?: string | undefined;
  readonly tenantId?: string | undefined;
  /** Taken and without effect: tokens here are never long-lived. */
  readonly enableCae?: boolean | undefined;
}

interface TokenSource {
  acquireToken(request: AcquireTokenRequest): Promise<AuthResult>;
}

/**
 * Hands a client's tokens to Azure's SDKs and Graph's clients. `getToken` throws as `newPartnerAccessToken` does.
 *
 * ```ts
 * const graph = new SomeAzureClient(endpoint, new PartnerClient({ applicationId, credential, tenant }).credential());
 * ```
 */
export class PartnerCredential {
  readonly #client: TokenSource;

  constructor(client: TokenSource) {
    this.#client = client;
  }

  async getToken(scopes: string | string[], options: GetTokenOptions = {}): Promise<AccessToken> {
    const { abortSignal, claims, tenantId } = options;
    const result = await this.#client.acquireToken({
      scopes,
      claims,
      tenant: tenantId,
      signal: abortSignal instanceof AbortSignal ? abortSignal : undefined,
    });
    const expiresOnTimestamp = result.expiresOn.getTime();
    return {
      token: result.accessToken,
      expiresOnTimestamp,
      refreshAfterTimestamp: expiresOnTimestamp - earlyExpirySeconds * 1000,
      tokenType: 'Bearer',
    };
  }
}
