import type { DirectoryChanges, PermissionGrant, ServicePrincipal, User } from '../../domain/index.ts';
import type { Seed } from '../seed-schema.ts';
import { type SealingContext, seedUserOf, userOf } from './seed-user.ts';

/** What a sign-in, an administrator or a test changed in the directory since its world began. */
export type Change =
  | { readonly what: 'user'; readonly user: User }
  | { readonly what: 'servicePrincipal'; readonly servicePrincipal: ServicePrincipal }
  | { readonly what: 'permissionGrant'; readonly grant: ChangedGrant };

/** A grant that was put, or, without scopes, one that was removed. */
export type ChangedGrant = Omit<PermissionGrant, 'scopes'> & { readonly scopes: readonly string[] | undefined };

/** Two changes of one thing have one key: the later takes the place of the earlier. */
export function changeKey(change: Change): string {
  switch (change.what) {
    case 'user':
      return keyOf(change.what, change.user.tenantId, change.user.id);
    case 'servicePrincipal':
      return keyOf(change.what, change.servicePrincipal.tenantId, change.servicePrincipal.appId);
    case 'permissionGrant': {
      const { tenantId, clientAppId, resourceAppId, principalId = '' } = change.grant;
      return keyOf(change.what, tenantId, clientAppId, resourceAppId, principalId);
    }
  }
}

const keyOf = (...parts: readonly string[]): string => parts.join(' ').toLowerCase();

export async function applyChange(directory: DirectoryChanges, change: Change): Promise<void> {
  if (change.what === 'user') return directory.putUser(change.user);
  if (change.what === 'servicePrincipal') return directory.putServicePrincipal(change.servicePrincipal);
  const { scopes, ...grant } = change.grant;
  return scopes === undefined
    ? directory.removePermissionGrant(grant)
    : directory.putPermissionGrant({ ...grant, scopes });
}

type WrittenChange =
  | { readonly tenantId: string; readonly user: Seed['users'][number] }
  | { readonly servicePrincipal: ServicePrincipal }
  | { readonly grant: Omit<ChangedGrant, 'scopes'> & { readonly scopes?: readonly string[] } };

/** As text for the store. It is sealed there, so nothing in it can be read. */
export function encodeChange(context: SealingContext, change: Change): string {
  if (change.what !== 'user') return JSON.stringify({ ...change, what: undefined });
  const { tenantId } = change.user;
  return JSON.stringify({ tenantId, user: seedUserOf(context, change.user) } satisfies WrittenChange);
}

export async function decodeChange(context: SealingContext, text: string): Promise<Change> {
  const written = JSON.parse(text) as WrittenChange;
  if ('user' in written) return { what: 'user', user: await userOf(context, written.tenantId, written.user) };
  if ('servicePrincipal' in written) {
    return { what: 'servicePrincipal', servicePrincipal: written.servicePrincipal };
  }
  const { principalId, scopes, ...grant } = written.grant;
  return { what: 'permissionGrant', grant: { ...grant, principalId, scopes } };
}
