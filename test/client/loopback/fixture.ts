import assert from 'node:assert/strict';
import { once } from 'node:events';
import { connect } from 'node:net';
import { afterEach } from 'node:test';
import { AuthError, type AuthErrorCode } from '../../../src/client/errors.ts';
import { type Loopback, openLoopback, type WaitOptions } from '../../../src/client/loopback/index.ts';
import { listenOnLoopback } from '../../../src/client/loopback/listener.ts';
import { pages } from '../../../src/client/loopback/page.ts';
import { sendRaw, statusesOf } from '../../support/raw-socket.ts';

export const state = 'o4hGtxjR8nq0bJ2Qk1yZ5w';
export const code = '0.AXwA-code';
export const issuer = 'https://login.microsoftonline.com/aaaabbbb-0000-cccc-1111-dddd2222eeee/v2.0';
export const right = new URLSearchParams({ code, state }).toString();

export const isError = (code: AuthErrorCode) => (error: unknown) => error instanceof AuthError && error.code === code;

export interface Asked {
  readonly method?: string;
  /** Lines of their own; default: the Host of the redirect address. */
  readonly headers?: readonly string[];
}

/** One request on a connection of its own, as it was written. */
export async function ask(
  port: number,
  target: string,
  { method = 'GET', headers = [`Host: localhost:${port}`] }: Asked = {},
) {
  const received = await sendRaw(port, `${method} ${target} HTTP/1.1\r\n${headers.join('\r\n')}\r\n\r\n`);
  const [head = '', body = ''] = received.split('\r\n\r\n');
  return { status: statusesOf(received)[0], head: head.toLowerCase().split('\r\n'), shown: pageShown(body) };
}

/** The name of a page, or the body itself when it is none, byte for byte. */
function pageShown(body: string): string {
  const text = Buffer.from(body, 'latin1').toString('utf8');
  return Object.entries(pages).find(([, page]) => page === text)?.[0] ?? text;
}

/** `connected`, or the system's code. */
export async function reach(host: string, port: number): Promise<string> {
  const socket = connect({ host, port });
  try {
    await once(socket, 'connect');
    return 'connected';
  } catch (error) {
    return (error as NodeJS.ErrnoException).code ?? 'unknown';
  } finally {
    socket.destroy();
  }
}

const opened: Loopback[] = [];
afterEach(() => Promise.all(opened.splice(0).map((loopback) => loopback.close())));

/** A loopback with a wait under way. */
export async function waiting(options: Partial<WaitOptions> = {}) {
  const loopback = await openLoopback({ port: await freePorts(1) });
  opened.push(loopback);
  return { loopback, port: loopback.port, answer: loopback.wait({ state, requireIssuer: false, ...options }) };
}

/** That the true answer still gets through, and is the one that counts. */
export async function succeeds({ port, answer }: Awaited<ReturnType<typeof waiting>>, query = right): Promise<void> {
  const { status, head } = await ask(port, `/?${query}`);
  assert.equal(status, 303);
  assert.ok(head.includes('location: /done'));
  assert.equal((await ask(port, '/done')).shown, 'signedIn');
  assert.equal((await answer).code.reveal(), code);
}

/** Each process has a thousand ports of its own: tests run side by side, and look whether a port was left. */
let nextPort = 10_000 + (process.pid % 20) * 1_000;

/** The first of `count` ports one after the other that are free, none of which was given out before. */
export async function freePorts(count: number): Promise<number> {
  for (;;) {
    const first = nextPort;
    nextPort += count;
    const ports = Array.from({ length: count }, (_, index) => ({ first: first + index, last: first + index }));
    const bound = await Promise.allSettled(ports.map((one) => listenOnLoopback(() => {}, { ports: one })));
    await Promise.all(bound.map((one) => one.status === 'fulfilled' && one.value.close()));
    if (bound.every(({ status }) => status === 'fulfilled')) return first;
  }
}
