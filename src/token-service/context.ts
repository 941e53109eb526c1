import type { Admission } from '../base/admission.ts';
import type { Awaitable } from '../base/awaitable.ts';
import type { Clock } from '../base/clock.ts';
import type { Random } from '../base/random.ts';
import type { SealingKey } from '../base/seal.ts';
import type { IssuanceStore } from '../domain/issuance.ts';
import type { PartnerRegistry } from '../domain/partner-registry.ts';
import type { RateLimiter } from '../domain/rate-limit.ts';
import type { KeyRing } from '../jwt/index.ts';
import type { VerifiedBearer } from '../verify/index.ts';
import type { AuditLog } from './audit.ts';
import type { ServiceMetrics } from './metrics.ts';
import type { ThrottleTally } from './throttle-tally.ts';

export interface TokenServiceSettings {
  /** `iss` of issued tokens. */
  readonly issuer: string;
  /** Seconds an issued token lives at most; default 3600. */
  readonly lifetimeSeconds: number;
  /** Refuse a request without Accept, as the documents say; default true. */
  readonly acceptRequired: boolean;
  /** The legacy API also takes app-only tokens for Azure AD Graph; off in production, on in the sandbox. */
  readonly legacyAudience: boolean;
  /** App+user tokens must carry `mfa` in `amr`; `report` says so in `isMfaCompliant` only. Default `on`. */
  readonly mfaEnforcement: 'on' | 'report' | 'off';
  /** When the legacy API ends (RFC 8594). */
  readonly legacySunset: Date;
}

export interface TokenServiceContext {
  readonly clock: Clock;
  readonly random: Random;
  readonly settings: TokenServiceSettings;
  /** Throws `BearerError` or `KeysUnavailable`. */
  readonly verifyBearer: (token: string) => Awaitable<VerifiedBearer>;
  readonly registry: PartnerRegistry;
  readonly limiter: RateLimiter;
  /** By address, before anything is looked at. Default: none. */
  readonly addressLimiter?: RateLimiter;
  /** How many are under way at once, and wait; more are refused. Default: as many as come. */
  readonly admission?: Admission;
  /** Counts what is refused by number before it was looked at. Default: each is logged and audited. */
  readonly throttled?: ThrottleTally;
  readonly issuances: IssuanceStore;
  readonly keys: KeyRing;
  /** Seals tokens of randomised algorithms, which cannot be signed again to the same bytes. */
  readonly sealingKey: SealingKey;
  readonly metrics: ServiceMetrics;
  /** Default: none is kept. */
  readonly audit?: AuditLog;
  readonly log: ServiceLog;
}

export interface ServiceLog {
  info(fields: object, message: string): void;
  error(fields: object, message: string): void;
}
