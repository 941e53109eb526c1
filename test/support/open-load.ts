import { connect, type Socket } from 'node:net';
import { setTimeout as delay } from 'node:timers/promises';
import { until } from './until.ts';

export interface LoadAnswer {
  readonly status: number;
  readonly text: string;
  readonly milliseconds: number;
}

export interface LoadFigures {
  readonly sent: number;
  readonly answers: readonly LoadAnswer[];
  readonly seconds: number;
}

export interface OpenLoad {
  readonly port: number;
  /** Requests a second, whatever becomes of them. */
  readonly perSecond: number;
  readonly seconds: number;
  /** Opened before, and kept; when all wait for an answer nothing is sent. */
  readonly connections: number;
  /** The bytes of the next request. */
  readonly request: () => string;
}

/**
 * Sends at a rate that does not ask how the server is doing, over kept connections; ends when every answer is there, or
 * its connection cut.
 */
export async function openLoad({ port, perSecond, seconds, connections, request }: OpenLoad): Promise<LoadFigures> {
  const answers: LoadAnswer[] = [];
  const idle: Socket[] = [];
  const open = new Set<Socket>();
  let sent = 0;
  let underWay = 0;
  const converse = () => {
    const socket = connect(port, '127.0.0.1').setNoDelay(true);
    let received = '';
    let sentAt = 0;
    open.add(socket);
    socket.on('connect', () => socket.write('GET /livez HTTP/1.1\r\nHost: x\r\n\r\n'));
    socket.on('send', () => {
      sentAt = performance.now();
      underWay += 1;
      socket.write(request(), 'latin1');
    });
    socket.setEncoding('latin1').on('data', (piece: string) => {
      received += piece;
      const end = received.indexOf('\r\n\r\n');
      const length = end < 0 ? undefined : /content-length: (\d+)/i.exec(received.slice(0, end))?.[1];
      if (end < 0 || received.length < end + 4 + Number(length ?? 0)) return;
      if (sentAt > 0) {
        const status = Number(received.slice(9, 12));
        answers.push({ status, text: received, milliseconds: performance.now() - sentAt });
        underWay -= 1;
      }
      received = '';
      sentAt = 0;
      idle.push(socket);
    });
    socket.on('error', () => {});
    socket.on('close', () => {
      if (sentAt > 0) underWay -= 1;
      open.delete(socket);
    });
  };
  while (open.size < connections) {
    converse();
    // A server takes one of them in each turn of its event loop.
    if (open.size % 50 === 0) await until('each connection', () => idle.length === open.size);
  }
  await until('each connection', () => idle.length === open.size);
  const began = performance.now();
  while (performance.now() - began < seconds * 1000) {
    const due = ((performance.now() - began) / 1000) * perSecond;
    for (; sent < due && idle.length > 0; sent++) idle.shift()?.emit('send');
    await delay(2);
  }
  const ended = performance.now();
  await until('each answer', () => underWay === 0);
  for (const socket of open) socket.destroy();
  return { sent, answers, seconds: (ended - began) / 1000 };
}
