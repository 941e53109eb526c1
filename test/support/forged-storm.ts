import { once } from 'node:events';
import { connect } from 'node:net';
import { setTimeout } from 'node:timers/promises';
import { isMainThread, parentPort, Worker, workerData } from 'node:worker_threads';
import { segment } from './issuer.ts';

export interface Storm {
  readonly port: number;
  readonly perSecond: number;
  readonly seconds: number;
  /** A good bearer: its claims and its signature go with ever other kids. */
  readonly bearer: string;
}

export interface Stormed {
  /** Answers by their status. */
  readonly statuses: Readonly<Record<string, number>>;
  readonly sent: number;
  readonly seconds: number;
}

const sockets = 8;

/**
 * Exchanges with forged bearers at a rate, each with a kid of its own, on a few connections without waiting for answers. They
 * come from a thread of their own, so that nobody else waits for them but at the node.
 */
export async function forgedStorm(storm: Storm): Promise<Stormed> {
  const [stormed] = await once(new Worker(new URL(import.meta.url), { workerData: storm }), 'message');
  return stormed as Stormed;
}

async function send({ port, perSecond, seconds, bearer }: Storm): Promise<Stormed> {
  const statuses: Record<string, number> = {};
  let answered = 0;
  const answer = (status: string) => {
    statuses[status] = (statuses[status] ?? 0) + 1;
    answered += 1;
  };
  const open = await Promise.all(Array.from({ length: sockets }, () => connected(port, answer)));
  const [, claims, signature] = bearer.split('.');
  const request = () => {
    const token = `${segment({ typ: 'JWT', alg: 'RS256', kid: `random-${Math.random()}` })}.${claims}.${signature}`;
    const headers = `Host: x\r\nAccept: application/json\r\nAuthorization: Bearer ${token}\r\nContent-Length: 0`;
    return `POST /v3/generatetoken HTTP/1.1\r\n${headers}\r\n\r\n`;
  };
  const began = performance.now();
  const passed = () => (performance.now() - began) / 1000;
  let sent = 0;
  while (passed() < seconds) {
    // A node that does not keep up is not buried: what waits is bounded.
    while (sent < passed() * perSecond && sent - answered < perSecond / 4) open[sent++ % sockets]?.write(request());
    await setTimeout(1);
  }
  const lasted = passed();
  while (answered < sent && passed() < lasted + 10) await setTimeout(10);
  for (const socket of open) socket.destroy();
  return { statuses, sent, seconds: lasted };
}

async function connected(port: number, answer: (status: string) => void) {
  const socket = connect(port, '127.0.0.1').setEncoding('latin1').setNoDelay();
  await once(socket, 'connect');
  const start = 'HTTP/1.1 ';
  let rest = '';
  socket.on('data', (text: string) => {
    rest += text;
    for (let at = rest.indexOf(start); at >= 0 && rest.length >= at + 12; at = rest.indexOf(start)) {
      answer(rest.slice(at + 9, at + 12));
      rest = rest.slice(at + 12);
    }
  });
  return socket;
}

if (!isMainThread && parentPort) parentPort.postMessage(await send(workerData));
