import { type Awaitable, isPromise } from '../base/awaitable.ts';
import type { HttpRequest } from '../http/message.ts';
import { BearerError, KeysUnavailable, type VerifiedBearer } from '../verify/index.ts';
import type { TokenServiceContext } from './context.ts';
import { refuse } from './error-table.ts';

/** One credential, of the scheme Bearer in any letter case; what its characters may be is the token's own check. */
const scheme = /^bearer +(?=[^ ])/i;
const realm = 'Bearer realm="https://api.partnercenter.microsoft.com"';
const challenge = [['WWW-Authenticate', realm]] as const;
export const invalidTokenChallenge = [['WWW-Authenticate', `${realm}, error="invalid_token"`]] as const;

/** The bearer token from the header, and from nowhere else. */
export function bearerTokenOf(request: HttpRequest): string {
  const credentials = request.headers('authorization');
  const [credential = ''] = credentials;
  const token = credential.slice(scheme.exec(credential)?.[0].length ?? credential.length);
  const sole = credentials.length === 1 && token !== '' && !token.includes(' ') && !token.includes(',');
  return sole ? token : refuse('bearerMissing', { headers: challenge });
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
