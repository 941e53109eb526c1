import { epochSeconds } from '../base/clock.ts';
import { type AuthResult, authResult } from './auth-result.ts';
import type { AcquireTokenRequest } from './partner-client.ts';
import { freshTimes } from './stored-token.ts';

interface HotToken {
  readonly result: AuthResult;
  /** Milliseconds since 1970. */
  readonly freshFrom: number;
  readonly freshUntil: number;
}

/** Members a request may have to be answered from here; with any other it goes the whole way. */
const plainMembers: ReadonlySet<string> = new Set(['scopes', 'resource', 'tenant', 'signal', 'forceRefresh']);

function isPlain(request: AcquireTokenRequest): boolean {
  for (const name in request) if (!plainMembers.has(name)) return false;
  return request.signal?.aborted !== true;
}

/**
 * One client's tokens by the words they were asked for in, in front of everything that turns those words into a plan: a
 * warm token costs two looks into maps by the caller's own texts, however many there are.
 */
export class HotTokens {
  readonly #byResource = new Map<string, Map<string, HotToken>>();
  readonly #byScopes = new Map<string, Map<string, HotToken>>();

  #byTenant({ scopes, resource = '' }: AcquireTokenRequest): [Map<string, Map<string, HotToken>>, string] {
    if (scopes === undefined) return [this.#byResource, resource];
    return [this.#byScopes, typeof scopes === 'string' ? scopes : scopes.join(' ')];
  }

  get(request: AcquireTokenRequest, now: Date): AuthResult | undefined {
    if (request.forceRefresh || !isPlain(request)) return undefined;
    const [tokens, what] = this.#byTenant(request);
    const token = tokens.get(what)?.get(request.tenant ?? '');
    if (token === undefined) return undefined;
    const milliseconds = now.getTime();
    return milliseconds >= token.freshFrom && milliseconds < token.freshUntil ? token.result : undefined;
  }

  /** When a kept token was obtained is not told: it is served until the usual time before its end. */
  set(request: AcquireTokenRequest, result: AuthResult, now: Date): void {
    if (!isPlain(request)) return;
    const obtainedAt = result.fromCache ? -Infinity : epochSeconds(now);
    const { from, until } = freshTimes({ obtainedAt, expiresOn: result.expires_on });
    const served = Object.freeze(authResult({ ...result, fromCache: true }));
    const [tokens, what] = this.#byTenant(request);
    const ofTenants = tokens.get(what) ?? new Map<string, HotToken>();
    tokens.set(what, ofTenants);
    ofTenants.set(request.tenant ?? '', { result: served, freshFrom: from * 1000, freshUntil: until * 1000 });
  }

  clear(): void {
    this.#byResource.clear();
    this.#byScopes.clear();
  }
}
