import type { Random } from '../base/random.ts';
import type { Secret } from '../base/secret.ts';
import { type PasswordCost, passwordRecord } from './password.ts';
import { refuse } from './refusal.ts';
import type { DirectoryRole, PartnerRole } from './role.ts';
import { newTemporaryPassword } from './temporary-password.ts';
import { domainOf, type Tenant } from './tenant.ts';
import { requiredText } from './text-rules.ts';
import type { User } from './user.ts';

export interface UserOrder {
  /** Its domain is one of the tenant's. */
  readonly userPrincipalName: string;
  readonly displayName: string;
  readonly givenName?: string | undefined;
  readonly surname?: string | undefined;
  /** For the recovery of a password; kept, and nothing is sent there. */
  readonly otherMails?: readonly string[] | undefined;
  readonly partnerRoles?: readonly PartnerRole[] | undefined;
  readonly directoryRoles?: readonly DirectoryRole[] | undefined;
  /** Default false. */
  readonly mfaRequired?: boolean | undefined;
}

/** What it takes to make a password's record; the cost's default is `defaultPasswordCost`. */
export interface PasswordContext {
  readonly random: Random;
  readonly passwordCost?: PasswordCost;
}

/** A user with a password that is told once: nothing that is kept tells it again. */
export interface WithTemporaryPassword {
  readonly user: User;
  readonly temporaryPassword: Secret;
}

/** Throws `Refusal`. Whether the name is free is the directory's to say: `addUser`. */
export async function newUser(
  context: PasswordContext,
  tenant: Tenant,
  order: UserOrder,
): Promise<WithTemporaryPassword> {
  const userPrincipalName = nameIn(tenant, order.userPrincipalName);
  const temporaryPassword = newTemporaryPassword(context.random);
  const user: User = {
    id: context.random.guid(),
    tenantId: tenant.id,
    userPrincipalName,
    displayName: requiredText('displayName', order.displayName),
    givenName: optional('givenName', order.givenName),
    surname: optional('surname', order.surname),
    mail: undefined,
    otherMails: (order.otherMails ?? []).map(otherMail),
    accountEnabled: true,
    password: await passwordRecord(context, temporaryPassword, context.passwordCost),
    forceChangePasswordNextSignIn: true,
    signInSessionsValidFrom: undefined,
    mfa: { required: order.mfaRequired ?? false },
    partnerRoles: distinct(order.partnerRoles ?? []),
    directoryRoles: distinct(order.directoryRoles ?? []),
  };
  return { user, temporaryPassword };
}

/**
 * The user with another password, to be changed at the next sign-in. Whatever was signed in before `now` is dead, as after
 * a reset by an administrator.
 */
export async function resetPassword(context: PasswordContext, user: User, now: Date): Promise<WithTemporaryPassword> {
  const temporaryPassword = newTemporaryPassword(context.random);
  const password = await passwordRecord(context, temporaryPassword, user.password.cost);
  return {
    user: { ...user, password, forceChangePasswordNextSignIn: true, signInSessionsValidFrom: now },
    temporaryPassword,
  };
}

/** What an administrator sets; what is left out stays. */
export interface UserSettings {
  readonly displayName?: string | undefined;
  readonly accountEnabled?: boolean | undefined;
  /** Off keeps an enrolled second factor for when it is switched on again. */
  readonly mfaRequired?: boolean | undefined;
  readonly partnerRoles?: readonly PartnerRole[] | undefined;
  readonly directoryRoles?: readonly DirectoryRole[] | undefined;
}

/** Throws `Refusal`. */
export const withSettings = (user: User, settings: UserSettings): User => ({
  ...user,
  displayName:
    settings.displayName === undefined ? user.displayName : requiredText('displayName', settings.displayName),
  accountEnabled: settings.accountEnabled ?? user.accountEnabled,
  mfa: { ...user.mfa, required: settings.mfaRequired ?? user.mfa.required },
  partnerRoles: distinct(settings.partnerRoles ?? user.partnerRoles),
  directoryRoles: distinct(settings.directoryRoles ?? user.directoryRoles),
});

/** The user enrols a second factor anew at the next sign-in that needs one. */
export const withoutSecondFactor = (user: User): User => ({ ...user, mfa: { required: user.mfa.required } });

/** Of the characters Entra takes before the @. */
const localPart = /^[A-Za-z0-9._'!#^~-]{1,64}$/;

function nameIn(tenant: Tenant, userPrincipalName: string): string {
  const name = userPrincipalName.trim();
  const domain = domainOf(name);
  if (!localPart.test(name.slice(0, Math.max(name.lastIndexOf('@'), 0)))) {
    refuse('invalid', 'userPrincipalName', 'must be a user name such as john.doe@contoso.com.');
  }
  if (domain && tenant.verifiedDomains.includes(domain)) return name;
  const domains = tenant.verifiedDomains.join(', ');
  refuse('invalid', 'userPrincipalName', `must end with a domain of ${tenant.displayName}: ${domains}.`);
}

/** What stands on both sides of the @ is for whoever delivers mail to judge. */
const mailAddress = /^[^\s@]+@[^\s@]+\.[^\s@]+$/;

function otherMail(address: string): string {
  const text = requiredText('otherMails', address);
  if (mailAddress.test(text)) return text;
  refuse('invalid', 'otherMails', 'must be a mail address such as name@example.com.');
}

const optional = (field: string, text: string | undefined): string | undefined =>
  text === undefined || text.trim() === '' ? undefined : requiredText(field, text);

const distinct = <Value>(values: readonly Value[]): readonly Value[] => [...new Set(values)];
