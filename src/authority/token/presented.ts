import { canonicalGuid } from '../../base/guid.ts';
import type { Secret } from '../../base/secret.ts';
import { AuthorityError } from '../error-table.ts';
import type { ReceivedRequest } from './request.ts';

/** Codes and tokens are base64url of 128 bits and more; what cannot be one is refused as malformed, the rest as unknown. */
const opaqueText = /^[\w.~-]{22,4096}$/;

export function requiredSecret(secret: Secret | undefined, parameter: string): string {
  const text = secret?.reveal();
  if (!text) throw new AuthorityError('missingParameter', { parameter });
  return text;
}

/** Nothing here was issued as that code or token: 9002313 for what is none at all, 70000 for one that might be. */
export const unknownGrant = (text: string): AuthorityError =>
  new AuthorityError(opaqueText.test(text) ? 'grantInvalid' : 'malformedRequest');

/** What was issued to one client is worth nothing in another's hands, and stays good for its own. */
export function requireSameClient({ clientId }: ReceivedRequest, { appId }: { readonly appId: string }): void {
  const presenting = canonicalGuid(clientId);
  if (presenting !== appId) throw new AuthorityError('grantOfOtherClient', { application: presenting });
}
