import { connect } from 'node:net';

export interface Load {
  /** Requests answered in the measured time. */
  readonly answered: number;
  readonly seconds: number;
  /** Milliseconds, in the order of the answers. */
  readonly latencies: readonly number[];
  /** Answers other than 200: the figures of a round that has any are worth nothing. */
  readonly refused: number;
}

export interface LoadOptions {
  readonly port: number;
  readonly connections: number;
  readonly seconds: number;
  /** The bytes of the nth request; `last` is the body of its connection's answer before, empty at first. */
  readonly request: (serial: number, last: string) => string;
  /** How long each connection waits after an answer; default 0. */
  readonly pauseMilliseconds?: number;
  /** Called when measuring begins and ends: brackets the server's CPU time. */
  readonly mark: () => Promise<void>;
}

const warmUpSeconds = 0.4;

/** Closed-loop load over raw keep-alive sockets: cheap enough never to be the bottleneck itself. */
export async function drive(options: LoadOptions): Promise<Load> {
  const run = { live: true, measuring: false, answered: 0, refused: 0, latencies: [] as number[] };
  const sockets = Array.from({ length: options.connections }, () => converse(options, run));
  await pause(warmUpSeconds);
  await options.mark();
  run.measuring = true;
  const started = performance.now();
  await pause(options.seconds);
  const answered = run.answered;
  const seconds = (performance.now() - started) / 1000;
  run.measuring = false;
  await options.mark();
  run.live = false;
  await Promise.all(sockets);
  return { answered, seconds, refused: run.refused, latencies: run.latencies };
}

const pause = (seconds: number) => new Promise((resolve) => setTimeout(resolve, seconds * 1000));

/** Never the same twice in a run of the benchmark: a repeated request would be a replay. */
let serial = 0;

interface Run {
  live: boolean;
  measuring: boolean;
  answered: number;
  refused: number;
  latencies: number[];
}

function converse({ port, request, pauseMilliseconds = 0 }: LoadOptions, run: Run): Promise<void> {
  return new Promise((resolve, reject) => {
    const socket = connect(port, '127.0.0.1').setNoDelay(true);
    let sentAt = 0;
    let received = '';
    let last = '';
    const send = () => {
      sentAt = performance.now();
      socket.write(request(serial++, last), 'latin1');
    };
    socket.setEncoding('latin1');
    socket.on('connect', send);
    socket.on('data', (piece: string) => {
      received += piece;
      const end = received.indexOf('\r\n\r\n');
      if (end < 0) return;
      const length = /content-length: (\d+)/i.exec(received.slice(0, end))?.[1];
      if (received.length < end + 4 + Number(length ?? 0)) return;
      if (!received.startsWith('HTTP/1.1 200')) run.refused += 1;
      last = received.slice(end + 4);
      received = '';
      if (run.measuring) {
        run.answered += 1;
        run.latencies.push(performance.now() - sentAt);
      }
      if (!run.live) socket.end();
      else if (pauseMilliseconds > 0) setTimeout(send, pauseMilliseconds);
      else send();
    });
    socket.on('error', reject);
    socket.on('close', () => resolve());
  });
}
