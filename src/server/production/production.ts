import { availableParallelism } from 'node:os';
import { createSecureContext } from 'node:tls';
import type { Logger } from 'pino';
import { type Clock, systemClock } from '../../base/clock.ts';
import { PartnerAuthError } from '../../base/error.ts';
import { errorCode } from '../../base/error-code.ts';
import { type Random, systemRandom } from '../../base/random.ts';
import { nodeListener } from '../../http/node.ts';
import { listen, type ServerCertificate } from '../../http/server.ts';
import { createLog } from '../log.ts';
import { type AuditFile, openAuditFile } from './audit-file.ts';
import { type ComposedProduction, composeProduction } from './compose.ts';
import type { ProductionConfig } from './config-schema.ts';
import { openServiceRing } from './key-ring.ts';
import { loadSigner } from './load-signer.ts';
import { openStore } from './open-store.ts';
import { requireSameTime } from './same-time.ts';
import type { Tracing } from './tracing/tracing.ts';
import { isWorker, leaveWorkers, startWorkers } from './workers.ts';

export interface ProductionOptions {
  readonly config: ProductionConfig;
  /** The text of a certificate's or a key's file. Throws as the system does. */
  readonly readFile: (path: string) => string;
  /** Default: the machine's. */
  readonly clock?: Clock;
  /** Default: the system's. */
  readonly random?: Random;
  /** Fetches the keys of the trusted issuers. Default: the global one. */
  readonly fetch?: typeof fetch;
  /** Default: JSON lines on stderr, from the configuration's `logLevel` on. */
  readonly log?: Logger;
}

/** A node of the token service that is ready. */
export interface Production {
  /** Where it listens, which is not where callers ask. */
  readonly port: number;
  /** Takes no new request, lets those under way finish, closes the store. */
  close(): Promise<void>;
}

/**
 * A node by its configuration: in this process, or in as many workers as it says. A worker runs the same program and comes
 * here too. Rejects with `PartnerAuthError`: `configuration`, `store_unavailable`; with what the system says when it cannot
 * listen.
 */
export async function startNode(options: ProductionOptions): Promise<Production> {
  const { config, log = createLog(config.logLevel) } = options;
  const count = config.workers === 0 ? availableParallelism() : config.workers;
  if (isWorker()) return asWorker(startProduction({ ...options, log }));
  if (count === 1) return startProduction({ ...options, log });
  // One process makes the tables and says what is wrong, so that the others only find both done.
  await checkProduction(options);
  return startWorkers({ count, patienceSeconds: config.drainSeconds + 5, log });
}

/** However it ends, nothing of it stays. */
async function asWorker(starting: Promise<Production>): Promise<Production> {
  try {
    const { port, close } = await starting;
    return { port, close: () => close().finally(leaveWorkers) };
  } catch (cause) {
    leaveWorkers();
    throw cause;
  }
}

/** The same in this process alone, whatever `workers` says. Rejects as `startNode` does. */
export async function startProduction(options: ProductionOptions): Promise<Production> {
  const { config, log = createLog(config.logLevel) } = options;
  const tls = certificateOf(options);
  const store = await openStore(config);
  let audit: AuditFile | undefined;
  let tracing: Tracing | undefined;
  let composed: ComposedProduction | undefined;
  const end = async () => {
    await composed?.stop();
    await audit?.close();
    await store.close();
  };
  try {
    const { clock = systemClock, random = systemRandom, fetch: fetchKeys = fetch } = options;
    await requireSameTime(store, clock, config.skewSeconds);
    if (config.audit.file !== undefined) audit = await openAuditFile(config.audit.file);
    tracing = await tracingOf(config, random, log);
    const parts = { config, store, clock, random, fetch: fetchKeys, log, audit, tracing };
    composed = await composeProduction(parts);
    const failed = (cause: unknown) => log.error({ reason: String(cause) }, 'a request failed');
    const listening = await listen(nodeListener(composed.handler, failed), {
      ...config.listen,
      ...patienceIn(config),
      ...(tls ? { tls } : {}),
    });
    return {
      port: listening.port,
      close: async () => {
        const began = performance.now();
        await listening.drain(config.drainSeconds);
        await end();
        const seconds = config.drainSeconds - (performance.now() - began) / 1000;
        await tracing?.close(Math.max(1, seconds));
      },
    };
  } catch (cause) {
    await end();
    await tracing?.close(0);
    throw cause;
  }
}

/** An answer that waits for its turn, for keys and for a database that do not come is ready by then. */
const slowestAnswerSeconds = 15;

/** A balancer that has a connection to spare uses it within this, or asks elsewhere. */
const lingerTimeout = 1000;

const patienceIn = ({ limits: { headersSeconds, requestSeconds, connections } }: ProductionConfig) => ({
  headersTimeout: headersSeconds * 1000,
  requestTimeout: requestSeconds * 1000,
  // A client that takes nothing more is seen at the second look.
  silenceTimeout: Math.max(slowestAnswerSeconds, requestSeconds / 2) * 1000,
  maximumConnections: connections,
  lingerTimeout,
});

/** What traces is loaded only where it is asked for. */
async function tracingOf({ tracing: settings, issuer }: ProductionConfig, random: Random, log: Logger) {
  if (!settings) return undefined;
  const { openTracing } = await import('./tracing/tracing.ts');
  return openTracing({ settings, issuer, instanceId: random.guid(), log });
}

/**
 * Everything a configuration needs that is not in it: files that can be used, a store that answers, keys that open. Rejects
 * with `PartnerAuthError`: `configuration`, `store_unavailable`.
 */
export async function checkProduction(options: ProductionOptions): Promise<void> {
  const { config, clock = systemClock, random = systemRandom } = options;
  certificateOf(options);
  const store = await openStore(config);
  try {
    await store.check();
    await requireSameTime(store, clock, config.skewSeconds);
    const keys = await store.signingKeys.list('token-service');
    // A ring without a key would make one.
    if (keys.some(({ algorithm }) => algorithm === config.keys.algorithm)) {
      await openServiceRing({ config, store, clock, random });
    } else await loadSigner(config);
    if (config.audit.file !== undefined) await (await openAuditFile(config.audit.file)).close();
  } finally {
    await store.close();
  }
}

function certificateOf({ config: { tls }, readFile }: ProductionOptions): ServerCertificate | undefined {
  if (!tls) return undefined;
  const read = (name: 'keyFile' | 'certificateFile') => {
    try {
      return readFile(tls[name]);
    } catch (cause) {
      const why = errorCode(cause) ?? cause;
      throw new PartnerAuthError('configuration', `tls.${name}: ${tls[name]} cannot be read (${why}).`, { cause });
    }
  };
  const certificate = { key: read('keyFile'), cert: read('certificateFile') };
  try {
    createSecureContext(certificate);
  } catch (cause) {
    const why = errorCode(cause) ?? cause;
    const sentence = 'tls: keyFile and certificateFile are no key and its certificate in PEM';
    throw new PartnerAuthError('configuration', `${sentence} (${why}).`, { cause });
  }
  return certificate;
}
