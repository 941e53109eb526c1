import type { Secret } from '../base/secret.ts';
import type { PasswordRecord } from './password.ts';
import type { DirectoryRole, PartnerRole } from './role.ts';

/** A work account. Names are Microsoft Graph's. */
export interface User {
  readonly id: string;
  readonly tenantId: string;
  readonly userPrincipalName: string;
  readonly displayName: string;
  readonly givenName: string | undefined;
  readonly surname: string | undefined;
  readonly mail: string | undefined;
  /** Where else the person is reached: for the recovery of a password. */
  readonly otherMails: readonly string[];
  readonly accountEnabled: boolean;
  readonly password: PasswordRecord;
  readonly forceChangePasswordNextSignIn: boolean;
  /** What was signed in before is dead: refresh tokens and sessions (Graph: `signInSessionsValidFromDateTime`). */
  readonly signInSessionsValidFrom: Date | undefined;
  readonly mfa: MfaSetting;
  readonly partnerRoles: readonly PartnerRole[];
  readonly directoryRoles: readonly DirectoryRole[];
}

export interface MfaSetting {
  readonly required: boolean;
  /** Base32; absent until the user has enrolled. */
  readonly totpSecret?: Secret;
}

export type SignInRefusal = 'disabled' | 'passwordExpired' | 'mfaRequired' | 'mfaNotEnrolled';

/**
 * Why a user whose password was right still gets no token from a grant that can ask nothing more. `methods` are the
 * authentication methods already proven.
 */
export function signInRefusal(user: User, methods: readonly string[]): SignInRefusal | undefined {
  if (!user.accountEnabled) return 'disabled';
  if (user.forceChangePasswordNextSignIn) return 'passwordExpired';
  if (!user.mfa.required || methods.includes('mfa')) return undefined;
  return user.mfa.totpSecret ? 'mfaRequired' : 'mfaNotEnrolled';
}
