import cluster, { type Worker } from 'node:cluster';
import { setTimeout as wait } from 'node:timers/promises';
import { AggregatorRegistry, type Registry, type RegistryContentType } from 'prom-client';
import { PartnerAuthError } from '../../base/error.ts';

export interface WorkersOptions {
  readonly count: number;
  /** Seconds a worker may take to end before it is killed. */
  readonly patienceSeconds: number;
  readonly log: { warn(detail: object, message: string): void };
}

/** Processes of this program that take connections from one port. */
export interface Workers {
  readonly port: number;
  /** Lets each answer what is under way, and end. */
  close(): Promise<void>;
}

/** Whether this process is one of them: it serves, and its first process looks after it. */
export const isWorker = (): boolean => cluster.isWorker;

/** A worker that has nothing left to do ends only once its channel to the first process is closed. */
export const leaveWorkers = (): void => {
  if (process.connected) process.disconnect();
};

/** The wait before a worker that ended is replaced: doubled for each that ends soon after the one before. */
const shortestWait = 500;
const longestWait = 30_000;

/**
 * Starts workers, and goes on when all of them listen. One that ends later is replaced. Throws `PartnerAuthError`
 * (`configuration`) when one ends before it listens: what is wrong it has said itself.
 */
export async function startWorkers({ count, patienceSeconds, log }: WorkersOptions): Promise<Workers> {
  let isClosing = false;
  let pause = shortestWait;
  const metrics = new AggregatorRegistry();
  const start = (): Promise<number> => {
    const worker = cluster.fork();
    worker.on('message', (message) => void answerMetrics(metrics, worker, message));
    // What cannot be sent to one that is just ending; unheard it would end this process, and all workers with it.
    worker.on('error', () => {});
    return listening(worker);
  };
  const replace = async (ended: Worker, code: number, signal: string) => {
    if (isClosing) return;
    log.warn({ pid: ended.process.pid, code, signal }, 'a worker ended and is replaced');
    await wait(pause);
    pause = Math.min(pause * 2, longestWait);
    if (isClosing) return;
    // One that cannot start ends too, and is replaced by what hears of that.
    await start().then(
      () => {
        pause = shortestWait;
      },
      () => {},
    );
  };
  const close = async () => {
    isClosing = true;
    await Promise.all(Object.values(cluster.workers ?? {}).map((worker) => worker && ended(worker, patienceSeconds)));
  };
  try {
    // Alone, so that what is wrong is said once.
    const port = await start();
    await Promise.all(Array.from({ length: count - 1 }, start));
    cluster.on('exit', (worker, code, signal) => void replace(worker, code, signal));
    return { port, close };
  } catch (cause) {
    await close();
    throw cause;
  }
}

const listening = (worker: Worker): Promise<number> =>
  new Promise((resolve, reject) => {
    worker.once('listening', ({ port }) => resolve(port));
    worker.once('exit', () =>
      reject(new PartnerAuthError('configuration', 'A worker ended while it started. It said why above.')),
    );
  });

function ended(worker: Worker, patienceSeconds: number): Promise<void> {
  return new Promise((resolve) => {
    if (worker.isDead()) return resolve();
    const kill = setTimeout(() => worker.process.kill('SIGKILL'), patienceSeconds * 1000);
    worker.once('exit', () => {
      clearTimeout(kill);
      resolve();
    });
    worker.process.kill('SIGTERM');
  });
}

const asksMetrics = 'partner-auth:metrics';

interface MetricsMessage {
  readonly type: typeof asksMetrics;
  readonly id: number;
  readonly text?: string;
}

const isMetricsMessage = (message: unknown): message is MetricsMessage =>
  typeof message === 'object' && message !== null && 'type' in message && message.type === asksMetrics;

async function answerMetrics(
  metrics: AggregatorRegistry<RegistryContentType>,
  worker: Worker,
  message: unknown,
): Promise<void> {
  if (!isMetricsMessage(message)) return;
  const text = await metrics.clusterMetrics().catch(() => undefined);
  if (worker.isConnected()) worker.send({ ...message, text });
}

/** The figures of all workers together, asked for by one; those of this process where there is no other. */
export function metricsOf(figures: Registry): () => Promise<string> {
  if (!cluster.isWorker) return () => figures.metrics();
  // One has to be made here as well: it hears the first process ask for this worker's share.
  new AggregatorRegistry();
  AggregatorRegistry.setRegistries(figures);
  let asked = 0;
  const waiting = new Map<number, (text: string | undefined) => void>();
  process.on('message', (message) => {
    if (!isMetricsMessage(message)) return;
    waiting.get(message.id)?.(message.text);
    waiting.delete(message.id);
  });
  return async () => {
    const id = ++asked;
    const answer = new Promise<string | undefined>((resolve) => waiting.set(id, resolve));
    process.send?.({ type: asksMetrics, id });
    return (await answer) ?? figures.metrics();
  };
}
