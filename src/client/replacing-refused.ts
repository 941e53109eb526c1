import type { AuthResult } from './auth-result.ts';
import { AuthError } from './errors.ts';

/**
 * Uses a token, and where it was a kept one that its service does not accept (a sandbox that has begun anew on the same
 * port, a revoked key) obtains another and uses that, once. A wrong audience or a missing MFA is no such refusal: another
 * token would be refused as well.
 */
export async function replacingRefused<Value>(
  obtain: (forceRefresh: boolean) => Promise<AuthResult>,
  use: (token: AuthResult) => Promise<Value>,
): Promise<Value> {
  const token = await obtain(false);
  try {
    return await use(token);
  } catch (error) {
    const refused = error instanceof AuthError && error.code === 'bearer_refused';
    if (!refused || !token.fromCache) throw error;
  }
  return use(await obtain(true));
}
