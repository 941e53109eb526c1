import { type Awaitable, isPromise } from '../base/awaitable.ts';
import type { HttpRequest } from '../http/message.ts';
import { bearerChallenge, invalidTokenChallenge } from '../protocol/bearer-challenge.ts';
import { BearerError, KeysUnavailable, type VerifiedBearer } from '../verify/index.ts';
import type { TokenServiceContext } from './context.ts';
import { refuse } from './error-table.ts';

/** One credential, of the scheme Bearer in any letter case, of the characters RFC 6750 section 2.1 allows. */
const bearerCredential = /^bearer +([A-Za-z0-9._~+/-]+=*)$/i;

/** The bearer token from the header, and from nowhere else. */
export function bearerTokenOf(request: HttpRequest): string {
  const credentials = request.headers('authorization');
  const match = credentials.length === 1 ? bearerCredential.exec(credentials[0] ?? '') : null;
  return match?.[1] ?? refuse('bearerMissing', { headers: bearerChallenge });
}

export function authenticate(context: TokenServiceContext, token: string): Awaitable<VerifiedBearer> {
  try {
    const verified = context.verifyBearer(token);
    return isPromise(verified) ? verified.catch(refuseBearer) : verified;
  } catch (cause) {
    return refuseBearer(cause);
  }
}

function refuseBearer(cause: unknown): never {
  if (cause instanceof BearerError) {
    refuse('bearerRefused', { headers: invalidTokenChallenge, detail: cause.message, cause });
  }
  if (cause instanceof KeysUnavailable) {
    refuse('dependencyFailed', { headers: [['Retry-After', '30']], detail: cause.message, cause });
  }
  throw cause;
}
