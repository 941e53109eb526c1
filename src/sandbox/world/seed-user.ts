import type { Random } from '../../base/random.ts';
import { open, type SealingKey, seal } from '../../base/seal.ts';
import { Secret } from '../../base/secret.ts';
import {
  type MfaSetting,
  type PartnerRole,
  type PasswordCost,
  type PasswordRecord,
  partnerRoles,
  passwordRecord,
  type User,
} from '../../domain/index.ts';
import { derivedId } from '../derived-id.ts';
import type { Seed } from '../seed-schema.ts';

export interface SeedContext {
  readonly random: Random;
  /** For passwords given in clear; default: `defaultPasswordCost`. */
  readonly passwordCost?: PasswordCost;
  /** Opens what an export sealed; without it such a secret counts as none. */
  readonly sealingKey?: SealingKey;
}

/** What it takes to write a world down: its secrets are sealed with this key. */
export type SealingContext = SeedContext & { readonly sealingKey: SealingKey };

type SeedUser = Seed['users'][number];

/** A user as a seed states it. What is sealed and cannot be opened is left out: the user enrols again. */
export async function userOf(context: SeedContext, tenantId: string, user: SeedUser): Promise<User> {
  const { passwordProfile, signInSessionsValidFromDateTime: validFrom } = user;
  return {
    id: user.id ?? derivedId('user', user.userPrincipalName),
    tenantId,
    userPrincipalName: user.userPrincipalName,
    displayName: user.displayName,
    givenName: user.givenName,
    surname: user.surname,
    mail: user.mail,
    // A world that was kept before users had any states none.
    otherMails: user.otherMails ?? [],
    accountEnabled: user.accountEnabled,
    password: await passwordOf(context, user),
    forceChangePasswordNextSignIn: passwordProfile.forceChangePasswordNextSignIn,
    signInSessionsValidFrom: validFrom === undefined ? undefined : new Date(validFrom),
    mfa: mfaOf(context, user),
    partnerRoles: user.partnerRoles.flatMap((name) => partnerRoleNamed.get(name) ?? []),
    directoryRoles: user.directoryRoles,
  };
}

/** The user for an export or for the store: its password hashed, its second factor sealed, every id spelled out. */
export function seedUserOf(context: SealingContext, user: User): SeedUser {
  const { cost, salt, hash } = user.password;
  const { givenName, surname, mail, signInSessionsValidFrom: validFrom } = user;
  return {
    id: user.id,
    userPrincipalName: user.userPrincipalName,
    displayName: user.displayName,
    ...(givenName === undefined ? {} : { givenName }),
    ...(surname === undefined ? {} : { surname }),
    ...(mail === undefined ? {} : { mail }),
    otherMails: [...user.otherMails],
    accountEnabled: user.accountEnabled,
    passwordProfile: {
      passwordHash: { ...cost, salt: base64(salt), hash: base64(hash) },
      forceChangePasswordNextSignIn: user.forceChangePasswordNextSignIn,
    },
    ...(validFrom === undefined ? {} : { signInSessionsValidFromDateTime: validFrom.toISOString() }),
    mfa: {
      required: user.mfa.required,
      ...(user.mfa.totpSecret ? { sealedTotpSecret: sealedTotpSecret(context, user, user.mfa.totpSecret) } : {}),
    },
    partnerRoles: user.partnerRoles.map((role) => partnerRoles[role]),
    directoryRoles: [...user.directoryRoles],
  };
}

/** The second factor of a seed's user in clear, or undefined: not enrolled, or sealed by another sandbox. */
export function totpSecretOf({ sealingKey }: SeedContext, { userPrincipalName, mfa }: SeedUser): string | undefined {
  if (mfa.totpSecret !== undefined || mfa.sealedTotpSecret === undefined || !sealingKey) return mfa.totpSecret;
  return open(sealingKey, totpPlace(userPrincipalName), Buffer.from(mfa.sealedTotpSecret, 'base64'))?.toString();
}

const base64 = (bytes: Uint8Array): string => Buffer.from(bytes).toString('base64');

const totpPlace = (userPrincipalName: string): string => `totp secret ${userPrincipalName.toLowerCase()}`;

function sealedTotpSecret({ sealingKey, random }: SealingContext, { userPrincipalName }: User, secret: Secret): string {
  return seal(sealingKey, totpPlace(userPrincipalName), Buffer.from(secret.reveal()), random).toString('base64');
}

async function passwordOf(context: SeedContext, { passwordProfile }: SeedUser): Promise<PasswordRecord> {
  const { password = '', passwordHash } = passwordProfile;
  if (!passwordHash) return passwordRecord(context, new Secret(password), context.passwordCost);
  const { salt, hash, cost, blockSize, parallelization } = passwordHash;
  return {
    cost: { cost, blockSize, parallelization },
    salt: Buffer.from(salt, 'base64'),
    hash: Buffer.from(hash, 'base64'),
  };
}

function mfaOf(context: SeedContext, user: SeedUser): MfaSetting {
  const secret = totpSecretOf(context, user);
  return { required: user.mfa.required, ...(secret === undefined ? {} : { totpSecret: new Secret(secret) }) };
}

const partnerRoleNamed: ReadonlyMap<string, PartnerRole> = new Map(
  (Object.keys(partnerRoles) as PartnerRole[]).map((role) => [partnerRoles[role], role]),
);
