/** Whose tokens may vouch for an application (Graph: `federatedIdentityCredential`). Letter case counts in all three. */
export interface FederatedIdentityCredential {
  readonly name: string;
  readonly issuer: string;
  readonly subject: string;
  readonly audiences: readonly string[];
}

/** The audience that identity providers are asked for, unless a credential says otherwise. */
export const defaultFederatedAudience = 'api://AzureADTokenExchange';

/** A token as far as a credential is concerned; its audience may have several names. */
export interface FederatedClaims {
  readonly subject: string;
  readonly audiences: readonly string[];
}

/** What of a token no credential of its issuer names. `subjectCase`: one does if letter case is left aside. */
export type FederatedMismatch = 'audience' | 'subject' | 'subjectCase';

/** Undefined when one of the credentials, all of the token's issuer, names both audience and subject. */
export function federatedMismatch(
  credentials: readonly FederatedIdentityCredential[],
  { subject, audiences }: FederatedClaims,
): FederatedMismatch | undefined {
  const forAudience = credentials.filter((credential) => credential.audiences.some((one) => audiences.includes(one)));
  if (forAudience.length === 0) return 'audience';
  if (forAudience.some((credential) => credential.subject === subject)) return undefined;
  const folded = subject.toLowerCase();
  return forAudience.some((credential) => credential.subject.toLowerCase() === folded) ? 'subjectCase' : 'subject';
}
