import type { Logger } from 'pino';
import { collectDefaultMetrics, Registry } from 'prom-client';
import { admission } from '../../base/admission.ts';
import { type Clock, doubtingClock } from '../../base/clock.ts';
import type { Random } from '../../base/random.ts';
import { entriesIn, sharedLimiter } from '../../domain/index.ts';
import type { IssuanceStore } from '../../domain/ports.ts';
import type { Handler } from '../../http/message.ts';
import { dispatch } from '../../http/router.ts';
import type { Store } from '../../store/store.ts';
import {
  exchangeHandler,
  operationsHandler,
  serviceMetrics,
  type TokenServiceContext,
  throttleTally,
} from '../../token-service/index.ts';
import { verifyBearer } from '../../verify/index.ts';
import { purgeExpired } from '../purge.ts';
import { version } from '../version.ts';
import type { AuditFile } from './audit-file.ts';
import { networksOf, type ProductionConfig } from './config-schema.ts';
import { behindProxies } from './forwarded.ts';
import { keepKeys } from './key-keeping.ts';
import { keysMaximumAgeSeconds, openServiceRing, sealingKeyIn } from './key-ring.ts';
import { registryCache } from './registry-cache.ts';
import type { ExchangeLog, Tracing } from './tracing/tracing.ts';
import { issuersOf } from './trusted-issuers.ts';
import { metricsOf } from './workers.ts';

export interface ProductionParts {
  readonly config: ProductionConfig;
  readonly store: Store;
  readonly clock: Clock;
  readonly random: Random;
  /** Fetches the keys of the trusted issuers. */
  readonly fetch: typeof fetch;
  readonly log: Logger;
  readonly audit: Pick<AuditFile, 'record' | 'check'> | undefined;
  /** Default: no spans. */
  readonly tracing?: Tracing | undefined;
}

export interface ComposedProduction {
  readonly handler: Handler;
  /** Ends what is done again and again. */
  readonly stop: () => Promise<void>;
}

/** Who would wait longer for its turn is told to come again. */
const patienceSeconds = 2;
const purgeSeconds = 60;
/** A change of the registry is known on every node within five seconds. */
const registrySeconds = 2;
/** A caller spread over all processes gets what they grant within a turn besides its limit. */
const limitSeconds = 1;
/** A key that was removed signs and verifies nowhere any more within ten seconds. */
const keysSeconds = 5;
const daySeconds = 86_400;

/** The token service and the paths beside it: parts in, a handler out. */
export async function composeProduction(parts: ProductionParts): Promise<ComposedProduction> {
  const { config, store, clock, random, tracing } = parts;
  const log: ExchangeLog = tracing?.joining(parts.log) ?? parts.log;
  const entries = entriesIn(store.entries, clock);
  const registry = await registryCache(entries);
  const keys = await openServiceRing(parts);
  const warn = (message: string, detail: object) => log.warn(detail, message);
  const issuers = issuersOf({ clock, fetch: tracing?.fetching(parts.fetch) ?? parts.fetch, warn }, config);
  const processId = random.guid();
  // A machine’s clock that is set ahead by mistake would end records whose tokens live: whoever repeats would get another.
  // It would also take keys from every node whose tokens live, and make one that signs nowhere for as long as it is ahead.
  const lasting = doubtingClock(clock, config.lifetimeSeconds);
  const claim: IssuanceStore['claim'] = (candidate) => store.issuances.claim(candidate, lasting.now());
  const limiter = sharedLimiter(config.limits.perCaller, { entries, clock, processId, kind: 'caller' });
  const addressLimiter = sharedLimiter(config.limits.perAddress, { entries, clock, processId, kind: 'address' });
  const door = admission({ ...config.limits, patienceSeconds });
  const throttled = throttleTally(parts);
  const figures = new Registry();
  collectDefaultMetrics({ register: figures });
  const service: TokenServiceContext = {
    clock,
    random,
    settings: { ...config, legacySunset: new Date(`${config.legacySunset}T00:00:00Z`) },
    verifyBearer: (token) => verifyBearer({ clock, issuers, skewSeconds: config.skewSeconds }, token),
    registry,
    limiter,
    addressLimiter,
    admission: door,
    throttled,
    issuances: { ...store.issuances, claim },
    keys,
    sealingKey: sealingKeyIn(config),
    metrics: serviceMetrics(figures, door),
    log,
    ...(parts.audit ? { audit: parts.audit } : {}),
  };
  const exchange = tracing?.traced(service, exchangeHandler) ?? exchangeHandler(service);
  const ready = async () => void (await Promise.all([store.check(), parts.audit?.check(), keys.current().check?.()]));
  const operations = operationsHandler({
    keys,
    keysMaximumAgeSeconds,
    ready,
    metrics: metricsOf(figures),
    version,
  });
  const handler = dispatch([operations], exchange);
  const failed = (what: string) => (cause: unknown) => warn(what, { reason: String(cause) });
  const keeping = { ring: keys, entries, clock: lasting, rotateSeconds: config.keys.rotateDays * daySeconds };
  const share = async () => void (await Promise.all([limiter.share(), addressLimiter.share()]));
  const stops = [
    repeating(throttled.tell, { seconds: 1, failed: failed('the refusals of a second were not recorded') }),
    repeating(share, { seconds: limitSeconds, failed: failed('limits were not shared') }),
    repeating(() => keepKeys(keeping), { seconds: keysSeconds, failed: failed('the signing keys were not read') }),
    repeating(() => purgeExpired(store, lasting), { seconds: purgeSeconds, failed: failed('expired records stay') }),
    repeating(() => registry.refresh(), { seconds: registrySeconds, failed: failed('the registry was not read') }),
  ];
  return {
    handler: config.behindProxy ? behindProxies(networksOf(config.behindProxy.trustedProxies), handler) : handler,
    stop: () => {
      for (const stop of stops) stop();
      return throttled.tell().catch(() => {});
    },
  };
}

interface Repetition {
  readonly seconds: number;
  readonly failed: (cause: unknown) => void;
}

/** Does something again and again, never twice at once, until it is told to stop. */
function repeating(work: () => Promise<void>, { seconds, failed }: Repetition): () => void {
  let underWay = false;
  const timer = setInterval(async () => {
    if (underWay) return;
    underWay = true;
    await work().catch(failed);
    underWay = false;
  }, seconds * 1000);
  timer.unref();
  return () => clearInterval(timer);
}
