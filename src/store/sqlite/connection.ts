import { Worker } from 'node:worker_threads';
import type { OperationName, Operations } from './operations.ts';

export type Batch = readonly (readonly [name: OperationName, parameters: readonly unknown[]])[];
export type BatchResult = { readonly results: readonly unknown[] } | { readonly failure: string };

type Call = <Name extends OperationName>(
  name: Name,
  ...parameters: Parameters<Operations[Name]>
) => Promise<ReturnType<Operations[Name]>>;

export interface SqliteConnection {
  /**
   * Runs an operation; it is on the disk when the promise resolves. Rejects once the connection is closed, and when the
   * disk says nothing for ten seconds: what was begun may then count, and is not known.
   */
  readonly call: Call;
  close(): Promise<void>;
}

interface Waiting {
  readonly entry: Batch[number];
  readonly resolve: (result: never) => void;
  readonly reject: (cause: Error) => void;
}

/** Largest batch: bounds the time one commit takes, and so the wait of whoever comes next. */
const maximumBatch = 500;

/** How long the thread may be at one batch before nobody waits for it any more. */
const silenceMilliseconds = 10_000;

/**
 * Group commit: while the worker syncs one batch to the disk, calls gather for the next, so the cost of a sync is shared
 * by all that wait for it, and an idle store answers at once.
 */
export function connectSqlite(file: string): SqliteConnection {
  const waiting: Waiting[] = [];
  let underWay: Waiting[] = [];
  let scheduled = false;
  let isClosing = false;
  let worker: Worker | undefined;
  let silence: NodeJS.Timeout | undefined;

  function start(): Worker {
    // Not the options of the process: `--input-type`, which goes with a program given as text, would refuse our file.
    const started = new Worker(workerUrl(), { workerData: { file }, execArgv: [] });
    started.unref();
    // A thread that failed still ends later, when another may be at work: it then answers for nobody.
    const ended = (cause: Error) => {
      if (worker === started) fail(cause);
    };
    started.on('message', (answer: BatchResult) => settle(answer));
    started.on('error', ended);
    started.on('exit', () => ended(new Error('The store’s thread ended.')));
    return started;
  }

  function fail(cause: Error): void {
    worker = undefined;
    clearTimeout(silence);
    for (const { reject } of [...underWay.splice(0), ...waiting.splice(0)]) reject(cause);
  }

  /** The batch stays under way, so that nothing is sent behind it: its thread answers once the disk does. */
  function giveUp(): void {
    for (const { reject } of [...underWay, ...waiting.splice(0)])
      reject(new Error('The store’s disk does not answer.'));
    awaitAnswer();
  }

  function awaitAnswer(): void {
    silence = setTimeout(giveUp, silenceMilliseconds).unref();
  }

  function settle(answer: BatchResult): void {
    clearTimeout(silence);
    const batch = underWay;
    underWay = [];
    if ('failure' in answer) {
      const cause = new Error(answer.failure);
      for (const { reject } of batch) reject(cause);
    } else {
      for (const [index, { resolve }] of batch.entries()) resolve(answer.results[index] as never);
    }
    send();
  }

  /** After the calls of this turn of the event loop have gathered. */
  function schedule(): void {
    if (scheduled || underWay.length > 0) return;
    scheduled = true;
    setImmediate(() => {
      scheduled = false;
      send();
    });
  }

  function send(): void {
    if (underWay.length > 0) return;
    if (waiting.length === 0) {
      // Whoever closes waits for its end: a process with nothing else to do would be over before.
      if (!isClosing) worker?.unref();
      return;
    }
    underWay = waiting.splice(0, maximumBatch);
    worker ??= start();
    worker.ref();
    worker.postMessage(underWay.map(({ entry }) => entry));
    awaitAnswer();
  }

  return {
    call: (name, ...parameters) =>
      new Promise((resolve, reject) => {
        // Another thread would be begun for it, which nobody ends.
        if (isClosing) return reject(new Error('The store is closed.'));
        waiting.push({ entry: [name, parameters], resolve, reject });
        schedule();
      }),
    close: () =>
      new Promise((resolve) => {
        isClosing = true;
        if (!worker) {
          resolve();
          return;
        }
        worker.ref();
        worker.once('exit', () => resolve());
        worker.postMessage('close');
        setTimeout(() => {
          worker?.unref();
          resolve();
        }, silenceMilliseconds).unref();
      }),
  };
}

/** Beside this module when run from source or unbundled; at its own place when this module was bundled. */
function workerUrl(): URL {
  const here = import.meta.url;
  if (here.endsWith('.ts')) return new URL('./worker.ts', here);
  const dist = here.slice(0, here.lastIndexOf('/dist/') + '/dist/'.length);
  return new URL('store/sqlite/worker.js', dist);
}
