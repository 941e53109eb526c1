import { Secret } from '../base/secret.ts';
import { normalisedAuthority } from './plan.ts';
import type { TokenStore } from './stores/store.ts';

/** The secrets of a profile, kept in the token store beside its tokens. */
export const secretNames = ['clientSecret', 'password', 'certificatePassword'] as const;
export type SecretName = (typeof secretNames)[number];

export interface SecretPlaceInStore {
  readonly profile: string;
  readonly name: SecretName;
}

/** To whom a secret may be shown: it is never sent to another authority, nor for another application or user. */
export interface SecretOwner {
  readonly authority: string;
  readonly applicationId: string;
  /** Of a password. */
  readonly username: string | null;
}

/** A password belongs to its user too; an application's secret serves all of them. */
export const secretOwner = (
  name: SecretName,
  whose: { readonly authority: string; readonly applicationId: string; readonly username: string | undefined },
): SecretOwner => ({
  authority: normalisedAuthority(whose.authority),
  applicationId: whose.applicationId.toLowerCase(),
  username: name === 'password' ? (whose.username?.toLowerCase() ?? null) : null,
});

export const secretKey = ({ profile, name }: SecretPlaceInStore): string => JSON.stringify(['secret', profile, name]);

export async function putKeptSecret(
  store: TokenStore,
  place: SecretPlaceInStore,
  { owner, secret }: { readonly owner: SecretOwner; readonly secret: Secret },
): Promise<void> {
  await store.put(secretKey(place), { ...owner, value: secret.reveal() });
}

/** Undefined: none is kept, or that of another owner. */
export async function keptSecret(
  store: TokenStore,
  place: SecretPlaceInStore,
  owner: SecretOwner,
): Promise<Secret | undefined> {
  const kept = (await store.get(secretKey(place)))?.value;
  const isTheirs =
    kept !== undefined &&
    kept.authority === owner.authority &&
    kept.applicationId === owner.applicationId &&
    (kept.username ?? null) === owner.username;
  return isTheirs && typeof kept.value === 'string' ? new Secret(kept.value) : undefined;
}
