import { createHmac } from 'node:crypto';
import { base64url } from '../../base/bytes.ts';
import { addSeconds, epochSeconds } from '../../base/clock.ts';
import type { Random } from '../../base/random.ts';
import {
  type Directory,
  directoryRoles,
  memberRoleTemplateId,
  type User,
  type UserSubject,
} from '../../domain/index.ts';
import type { AuthorityContext } from '../context.ts';
import type { Issue } from './issue.ts';

/** How long a token lives from the moment of the answer, and how far before it begins: clocks differ. */
export const lifetimeSeconds = 3600;
const headStartSeconds = 300;

/** `exp - iat` is 3900, as in Entra's tokens. */
export function validity(now: Date) {
  const start = epochSeconds(addSeconds(now, -headStartSeconds));
  return { iat: start, nbf: start, exp: start + headStartSeconds + lifetimeSeconds };
}

export const opaque = ({ random }: { random: Random }, bytes: number): string => base64url(random.bytes(bytes));

/** What only Entra can read in its own tokens; nothing here reads it either. */
export const opaqueClaims = (context: { random: Random }) => ({
  aio: opaque(context, 48),
  rh: `1.${opaque(context, 36)}.`,
});

/** 128 bits: 22 characters. */
export const tokenIdentifier = (context: { random: Random }): string => opaque(context, 16);

/** A user's `sub` differs from application to application, so that two cannot compare their users by it. */
export const pairwiseSubject = (directory: Directory, user: User, appId: string): string =>
  createHmac('sha256', directory.pairwiseSalt.reveal()).update(`${user.id}\n${appId}`).digest('base64url');

export const roleTemplateIds = (user: User): readonly string[] => [
  ...user.directoryRoles.map((role) => directoryRoles[role]),
  memberRoleTemplateId,
];

/** Whoever is not at home in the tenant is known by the issuer of their own. */
export const homeClaims = (
  { issuers }: AuthorityContext,
  { authorization: { tenant }, call }: Issue,
  { user }: UserSubject,
): { readonly idp?: string } =>
  user.tenantId === tenant.id ? {} : { idp: issuers(call.http.origin, user.tenantId).v1 };
