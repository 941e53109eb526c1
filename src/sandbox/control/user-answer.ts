import { z } from 'zod';
import { type DirectoryRole, directoryRoles, type PartnerRole, partnerRoles, type User } from '../../domain/index.ts';

/** A user without any secret; names of roles are a seed file's. */
export interface UserAnswer {
  readonly id: string;
  readonly tenantId: string;
  readonly userPrincipalName: string;
  readonly displayName: string;
  readonly givenName?: string;
  readonly surname?: string;
  readonly otherMails?: readonly string[];
  readonly accountEnabled: boolean;
  /** Whether the password is a temporary one. */
  readonly mustChangePassword: boolean;
  readonly mfa: { readonly required: boolean; readonly enrolled: boolean };
  readonly partnerRoles: readonly string[];
  readonly directoryRoles: readonly DirectoryRole[];
}

/** The one answer that tells the password. */
export interface PasswordAnswer {
  readonly user: UserAnswer;
  readonly temporaryPassword: string;
}

export const userAnswer = (user: User): UserAnswer => ({
  id: user.id,
  tenantId: user.tenantId,
  userPrincipalName: user.userPrincipalName,
  displayName: user.displayName,
  ...(user.givenName === undefined ? {} : { givenName: user.givenName }),
  ...(user.surname === undefined ? {} : { surname: user.surname }),
  ...(user.otherMails.length === 0 ? {} : { otherMails: user.otherMails }),
  accountEnabled: user.accountEnabled,
  mustChangePassword: user.forceChangePasswordNextSignIn,
  mfa: { required: user.mfa.required, enrolled: user.mfa.totpSecret !== undefined },
  partnerRoles: user.partnerRoles.map((role) => partnerRoles[role]),
  directoryRoles: user.directoryRoles,
});

const byName = new Map((Object.keys(partnerRoles) as PartnerRole[]).map((role) => [partnerRoles[role], role]));

export const partnerRoleNames = z
  .array(z.enum(Object.values(partnerRoles)))
  .transform((names) => names.flatMap((name) => byName.get(name) ?? []))
  .optional()
  .describe(`Of Partner Center: ${Object.values(partnerRoles).join(', ')}.`);

export const directoryRoleNames = z
  .array(z.enum(Object.keys(directoryRoles) as [DirectoryRole]))
  .optional()
  .describe('Of the directory.');
