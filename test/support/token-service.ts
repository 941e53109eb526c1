import { Registry } from 'prom-client';
import type { Admission } from '../../src/base/admission.ts';
import { type SettableClock, settableClock } from '../../src/base/clock.ts';
import { type Random, systemRandom } from '../../src/base/random.ts';
import type { SealingKey } from '../../src/base/seal.ts';
import type { PartnerRegistry } from '../../src/domain/partner-registry.ts';
import { type RateLimit, type RateLimiter, rateLimiter } from '../../src/domain/rate-limit.ts';
import type { Handler } from '../../src/http/message.ts';
import { nodeListener } from '../../src/http/node.ts';
import { listen } from '../../src/http/server.ts';
import type { Algorithm, KeyRing } from '../../src/jwt/index.ts';
import { openKeyRing } from '../../src/keys/index.ts';
import { memoryStore } from '../../src/store/memory/index.ts';
import type { Store } from '../../src/store/store.ts';
import {
  type AuditLog,
  exchangeHandler,
  serviceMetrics,
  type ThrottleTally,
  type TokenServiceContext,
  type TokenServiceSettings,
} from '../../src/token-service/index.ts';
import { verifyBearer } from '../../src/verify/index.ts';
import { type Answer, readAnswer } from './answer.ts';
import { type ExchangeRequest, httpRequest } from './exchange-request.ts';
import { applicationId, type TestIssuer, tenantId, testIssuer } from './issuer.ts';

export interface TestServiceOptions {
  readonly clock?: SettableClock;
  /** Default: one issuer of v2 tokens with RS256. */
  readonly issuers?: readonly TestIssuer[];
  readonly settings?: Partial<TokenServiceSettings>;
  /** What the service signs with; default RS256. */
  readonly algorithm?: Algorithm;
  /** Default: a store in memory. It is the caller's to close. */
  readonly store?: Store;
  readonly sealingKey?: SealingKey;
  readonly random?: Random;
  /** Default: so many that no test reaches it. */
  readonly limit?: RateLimit | RateLimiter;
  /** Default: the partner of the sandbox's fixed data, with its application enabled. */
  readonly registry?: PartnerRegistry;
  readonly skewSeconds?: number;
  readonly audit?: AuditLog;
  readonly admission?: Admission;
  readonly throttled?: ThrottleTally;
  readonly addressLimit?: RateLimit;
  /** Told each line of the log as well. */
  readonly log?: (line: LogLine) => void;
}

export interface LogLine {
  readonly level: 'info' | 'error';
  readonly fields: object;
  readonly message: string;
}

export interface TestService {
  readonly clock: SettableClock;
  /** The first issuer. */
  readonly issuer: TestIssuer;
  readonly store: Store;
  readonly keys: KeyRing;
  readonly context: TokenServiceContext;
  /** What it would write to its log, whole. */
  readonly log: readonly LogLine[];
  readonly metrics: Registry;
  readonly handler: Handler;
  /** Sends an exchange; without `bearer` a good one is made, with `bearer: ''` none is sent. */
  exchange(request?: ExchangeRequest): Promise<Answer>;
}

export const testStart = new Date('2026-11-21T09:00:00Z');
export const serviceIssuer = 'https://localhost:8443';

export const partnerRegistry: PartnerRegistry = {
  standing: async (tenant, application) => ({
    hasPartnerAccount: tenant === tenantId,
    application: application === applicationId ? 'enabled' : 'absent',
  }),
};

/** The token service of its real parts; only the clock, the issuers and the registry are the test's. */
export async function testService(options: TestServiceOptions = {}): Promise<TestService> {
  const clock = options.clock ?? settableClock(testStart);
  const issuers = options.issuers ?? [testIssuer({ now: () => clock.now() })];
  const [issuer] = issuers;
  if (!issuer) throw new TypeError('at least one issuer');
  const store = options.store ?? memoryStore();
  const random = options.random ?? systemRandom;
  const sealingKey = options.sealingKey ?? random.bytes(32);
  const algorithm = options.algorithm ?? 'RS256';
  const keys = await openKeyRing({
    ring: 'token-service',
    algorithm,
    store: store.signingKeys,
    sealingKey,
    clock,
    random,
  });
  const trusted = {
    clock,
    issuers: issuers.map((one) => one.trusted),
    ...(options.skewSeconds === undefined ? {} : { skewSeconds: options.skewSeconds }),
  };
  const limit = options.limit ?? { requests: 1_000_000, perSeconds: 1 };
  const metrics = new Registry();
  const log: LogLine[] = [];
  const write = (level: LogLine['level']) => (fields: object, message: string) => {
    log.push({ level, fields, message });
    options.log?.({ level, fields, message });
  };
  const context: TokenServiceContext = {
    clock,
    random,
    settings: {
      issuer: serviceIssuer,
      lifetimeSeconds: 3600,
      acceptRequired: true,
      legacyAudience: true,
      mfaEnforcement: 'on',
      legacySunset: new Date('2026-12-31T00:00:00Z'),
      ...options.settings,
    },
    verifyBearer: (token) => verifyBearer(trusted, token),
    registry: options.registry ?? partnerRegistry,
    limiter: 'take' in limit ? limit : rateLimiter(limit),
    ...(options.addressLimit ? { addressLimiter: rateLimiter(options.addressLimit) } : {}),
    issuances: store.issuances,
    keys,
    sealingKey,
    metrics: serviceMetrics(metrics, options.admission),
    log: { info: write('info'), error: write('error') },
    ...(options.audit ? { audit: options.audit } : {}),
    ...(options.throttled ? { throttled: options.throttled } : {}),
    ...(options.admission ? { admission: options.admission } : {}),
  };
  const handler = exchangeHandler(context);
  return {
    clock,
    issuer,
    store,
    keys,
    context,
    log,
    metrics,
    handler,
    async exchange(request = {}) {
      const bearer = request.bearer ?? issuer.bearer();
      const { bearer: _, ...rest } = request;
      return readAnswer(await handler(httpRequest(bearer === '' ? rest : { ...rest, bearer })));
    },
  };
}

/** The handler behind a real socket; `await using` closes it. */
export async function serveSocket(handler: Handler): Promise<{ port: number; origin: string } & AsyncDisposable> {
  const listening = await listen(
    nodeListener(handler, () => {}),
    { host: '127.0.0.1', port: 0 },
  );
  return {
    port: listening.port,
    origin: `http://127.0.0.1:${listening.port}`,
    [Symbol.asyncDispose]: () => listening.drain(0),
  };
}
