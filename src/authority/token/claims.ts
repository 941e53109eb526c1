import { createHmac } from 'node:crypto';
import { base64url, base64urlBytes, utf8Text } from '../../base/bytes.ts';
import { addSeconds, epochSeconds } from '../../base/clock.ts';
import { isJsonObject, strictJson } from '../../base/json.ts';
import type { Random } from '../../base/random.ts';
import { oncePer, remembering } from '../../base/remember.ts';
import type { Secret } from '../../base/secret.ts';
import {
  type Directory,
  directoryRoles,
  memberRoleTemplateId,
  type Subject,
  type User,
  type UserSubject,
} from '../../domain/index.ts';
import type { AuthorityContext } from '../context.ts';
import type { Issue } from './issue.ts';

/** How long a token lives from the moment of the answer, and how far before it begins: clocks differ. */
export const lifetimeSeconds = 3600;
export const headStartSeconds = 300;

/** `exp - iat` is 3900, as in Entra's tokens. */
export function validity(now: Date) {
  const start = epochSeconds(addSeconds(now, -headStartSeconds));
  return { iat: start, nbf: start, exp: start + headStartSeconds + lifetimeSeconds };
}

export const opaque = ({ random }: { random: Random }, bytes: number): string => base64url(random.bytes(bytes));

const noiseBytes = 48;

/**
 * What only the authority reads in its own tokens. `aio` records how a user signed in, for who acts on behalf of them: v2
 * tokens say it nowhere else.
 */
export function opaqueClaims({ random }: { random: Random }, subject: Subject) {
  const signIn: RecordedSignIn | undefined =
    subject.kind === 'user'
      ? { methods: subject.methods, authenticatedMilliseconds: subject.authenticatedAt.getTime() }
      : undefined;
  const record = Buffer.from(signIn ? JSON.stringify(signIn) : '');
  return { aio: base64url(Buffer.concat([random.bytes(noiseBytes), record])), rh: `1.${opaque({ random }, 36)}.` };
}

interface RecordedSignIn {
  readonly methods: readonly string[];
  readonly authenticatedMilliseconds: number;
}

/** How the user of a token signed in, by its `aio`: the token's signature must have been verified. */
export function recordedSignIn(aio: string): RecordedSignIn | undefined {
  const record = strictJson(utf8Text(base64urlBytes(aio)?.subarray(noiseBytes) ?? new Uint8Array()) ?? '');
  if (!isJsonObject(record)) return undefined;
  const { methods, authenticatedMilliseconds } = record;
  const isWhole = Array.isArray(methods) && typeof authenticatedMilliseconds === 'number';
  return isWhole ? { methods: methods.map(String), authenticatedMilliseconds } : undefined;
}

/** 128 bits: 22 characters. */
export const tokenIdentifier = (context: { random: Random }): string => opaque(context, 16);

/** A user's `sub` differs from application to application, so that two cannot compare their users by it. */
export const pairwiseSubject = ({ pairwiseSalt }: Directory, user: User, appId: string): string =>
  subjectsBy(pairwiseSalt)(`${user.id}\n${appId}`);

const rememberedSubjects = 1000;
const subjectsBy = oncePer((salt: Secret) =>
  remembering(rememberedSubjects, (pair) => createHmac('sha256', salt.reveal()).update(pair).digest('base64url')),
);

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
