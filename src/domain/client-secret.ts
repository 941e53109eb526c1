import { timingSafeEqual } from 'node:crypto';
import { sha256 } from '../base/bytes.ts';
import type { Random } from '../base/random.ts';
import type { Secret } from '../base/secret.ts';

/**
 * A client secret as it is kept (Graph: `passwordCredential`). Secrets are generated with enough entropy that a salted
 * SHA-256 is right; passwords of people are not, and have scrypt.
 */
export interface ClientSecret {
  readonly keyId: string;
  readonly displayName: string;
  readonly startDateTime: Date;
  readonly endDateTime: Date;
  readonly salt: Uint8Array;
  readonly hash: Uint8Array;
}

type Described = Pick<ClientSecret, 'keyId' | 'displayName' | 'startDateTime' | 'endDateTime'>;

export function clientSecretRecord({ random }: { random: Random }, secret: Secret, described: Described): ClientSecret {
  const salt = random.bytes(16);
  return { ...described, salt, hash: hashed(salt, secret) };
}

/**
 * Whether a candidate is one of an application's secrets now; several are valid at once, for rotation. Every secret is
 * compared, in constant time, so that the time does not tell which one came close.
 */
export function judgeClientSecret(
  secrets: readonly ClientSecret[],
  candidate: Secret,
  now: Date,
): 'valid' | 'expired' | 'wrong' {
  const matching = secrets.filter(({ salt, hash }) => timingSafeEqual(hashed(salt, candidate), hash));
  const started = matching.filter(({ startDateTime }) => startDateTime <= now);
  if (started.some(({ endDateTime }) => endDateTime > now)) return 'valid';
  return started.length > 0 ? 'expired' : 'wrong';
}

const hashed = (salt: Uint8Array, secret: Secret): Buffer =>
  sha256(Buffer.concat([salt, Buffer.from(secret.reveal())]));
