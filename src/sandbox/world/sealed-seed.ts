import { certificateIn } from '../../domain/index.ts';
import type { SandboxData } from '../sandbox-data.ts';
import type { Seed } from '../seed-schema.ts';
import { seedSecretOf } from './seed-application.ts';
import { type SealingContext, seedUserOf, totpSecretOf } from './seed-user.ts';

/** A seed without a secret in clear: passwords and client secrets hashed as `data` has them, second factors sealed. */
export const sealedSeed = (context: SealingContext, seed: Seed, { directory }: SandboxData): Seed => ({
  ...seed,
  users: directory.users.map((user) => seedUserOf(context, user)),
  applications: seed.applications.map((application, index) => ({
    ...application,
    // The file a certificate was given in may hold its private key as well.
    keyCredentials: application.keyCredentials.map((credential) => ({
      ...credential,
      key: certificateIn(credential.key).toString(),
    })),
    passwordCredentials: (directory.applications[index]?.passwordCredentials ?? []).map(seedSecretOf),
  })),
});

/** What this process was told in clear, by the hash that is kept of it: shown where the sandbox was started. */
export type ClearTexts = Map<string, string>;

export function rememberClearTexts(clear: ClearTexts, stated: Seed, sealed: Seed): void {
  for (const [index, { passwordProfile }] of stated.users.entries()) {
    const hash = sealed.users[index]?.passwordProfile.passwordHash?.hash;
    if (hash !== undefined && passwordProfile.password !== undefined) clear.set(hash, passwordProfile.password);
  }
  for (const [index, { passwordCredentials }] of stated.applications.entries()) {
    for (const [nth, { secretText }] of passwordCredentials.entries()) {
      const hash = sealed.applications[index]?.passwordCredentials[nth]?.secretHash?.hash;
      if (hash !== undefined && secretText !== undefined) clear.set(hash, secretText);
    }
  }
}

/** The opposite of `sealedSeed`, as far as this process can tell. */
export const revealedSeed = (context: SealingContext, seed: Seed, clear: ClearTexts): Seed => ({
  ...seed,
  users: seed.users.map((user) => {
    const { passwordHash, ...profile } = user.passwordProfile;
    const password = clear.get(passwordHash?.hash ?? '');
    const totpSecret = totpSecretOf(context, user);
    return {
      ...user,
      passwordProfile: password === undefined ? user.passwordProfile : { ...profile, password },
      mfa: { required: user.mfa.required, ...(totpSecret === undefined ? {} : { totpSecret }) },
    };
  }),
  applications: seed.applications.map((application) => ({
    ...application,
    passwordCredentials: application.passwordCredentials.map(({ secretHash, ...credential }) => {
      const secretText = clear.get(secretHash?.hash ?? '');
      return { ...credential, ...(secretText === undefined ? { secretHash } : { secretText }) };
    }),
  })),
});

/** Users whose second factor another sandbox sealed: nobody here can open it. */
export const lostFactors = (context: SealingContext, seed: Seed): readonly string[] =>
  seed.users
    .filter((user) => user.mfa.sealedTotpSecret !== undefined && totpSecretOf(context, user) === undefined)
    .map(({ userPrincipalName }) => userPrincipalName);
