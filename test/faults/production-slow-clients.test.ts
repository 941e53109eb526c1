import assert from 'node:assert/strict';
import { once } from 'node:events';
import { connect, type Socket } from 'node:net';
import { type TestContext, test } from 'node:test';
import { setTimeout } from 'node:timers/promises';
import { percentile } from '../support/figures.ts';
import { descriptorsOf, figureOf, servingProcesses } from '../support/node-process.ts';
import { keepLedger } from '../support/production-ledger.ts';
import { productionFolder, type ServedProduction } from '../support/served-production.ts';
import { assertWithin, patience, times } from '../support/times.ts';
import { until } from '../support/until.ts';

/** Clients that hold connections by being slow, in every way there is, while others ask as ever. */

const connections = times(200, 5000);
const atOnce = 100;
const headersSeconds = times(4, 15);
const requestSeconds = times(6, 30);
const dripMilliseconds = times(300, 3000);
/** What the machine may be late. */
const lateSeconds = patience(3);

interface Variant {
  readonly name: string;
  readonly share: number;
  /** Seconds until it is to be closed. */
  readonly within: number;
  begin(socket: Socket, node: ServedProduction): void;
  /** Said again and again. */
  readonly drip?: string;
}

const begun = ({ bearer }: ServedProduction) =>
  `POST /v3/generatetoken HTTP/1.1\r\nHost: a\r\nAuthorization: Bearer ${bearer()}\r\n` +
  'Accept: application/json\r\nContent-Type: application/x-www-form-urlencoded\r\nContent-Length: 60000\r\n\r\n';

const variants: readonly Variant[] = [
  { name: 'says nothing', share: 0.2, within: headersSeconds, begin: () => {} },
  {
    name: 'headers drip',
    share: 0.3,
    within: headersSeconds,
    begin: (socket) => void socket.write('POST /v3/generatetoken HTTP/1.1\r\nHost: a\r\n'),
    drip: 'X-A: b\r\n',
  },
  {
    name: 'body drips',
    share: 0.35,
    within: requestSeconds,
    begin: (socket, node) => void socket.write(begun(node)),
    drip: 'a',
  },
  {
    name: 'is refused and stays',
    share: 0.05,
    within: headersSeconds,
    begin: (socket) => void socket.write('nonsense\r\n\r\n'),
  },
  {
    // More answers than the system keeps on the way, which are megabytes. It takes half a minute: test/http has it short.
    name: 'takes no answer',
    share: times(0, 0.02),
    within: requestSeconds,
    begin: (socket) => {
      socket.pause();
      socket.write('GET /openapi.json HTTP/1.1\r\nHost: a\r\n\r\n'.repeat(2000));
    },
  },
];

interface Slow {
  readonly variant: Variant;
  readonly socket: Socket;
  /** Seconds until it was closed; undefined while it is open. */
  seconds?: number;
}

async function slowClient(node: ServedProduction, variant: Variant): Promise<Slow> {
  const socket = connect({ port: node.port, host: '127.0.0.1', allowHalfOpen: true });
  socket.on('error', () => {});
  await once(socket, 'connect');
  const began = performance.now();
  const slow: Slow = { variant, socket };
  const closed = () => {
    slow.seconds ??= (performance.now() - began) / 1000;
  };
  // It keeps its own side open, whatever it is told.
  socket.on('end', closed).on('close', closed);
  if (variant.name !== 'takes no answer') socket.resume();
  variant.begin(socket, node);
  return slow;
}

for (const workers of [1, 2]) {
  test(`rows 84, 86, B19: ${connections} slow clients in every way at once, ${workers} of workers`, async (t) => {
    const folder = await productionFolder();
    t.after(() => folder.remove());
    const node = await folder.start({ workers, limits: { ...manyRequests, headersSeconds, requestSeconds } });
    const before = await goodCallers(t, node, times(500, 10_000));
    const processes = servingProcesses(node);
    await figureOf(node, 'nodejs_eventloop_lag_seconds');
    const descriptorsBefore = descriptorsOf(node);

    // A connection counts once its process has it, which is one in each turn of its event loop.
    let descriptorsMost = 0;
    const counting = setInterval(() => {
      descriptorsMost = Math.max(descriptorsMost, descriptorsOf(node));
    }, 50);
    t.after(() => clearInterval(counting));
    const slow: Slow[] = [];
    const wanted = variants.flatMap((variant) => Array<Variant>(Math.round(connections * variant.share)).fill(variant));
    for (let index = 0; index < wanted.length; index += atOnce)
      slow.push(
        ...(await Promise.all(wanted.slice(index, index + atOnce).map((variant) => slowClient(node, variant)))),
      );
    const dripping = setInterval(() => {
      for (const { variant, socket, seconds } of slow)
        if (variant.drip !== undefined && seconds === undefined && socket.writable) socket.write(variant.drip);
    }, dripMilliseconds);
    t.after(() => {
      clearInterval(dripping);
      for (const { socket } of slow) socket.destroy();
    });
    const during = await goodCallers(t, node, (headersSeconds + times(0, 5)) * 1000);
    // All that is left are those who take no answer: they are not told of their end, and their descriptors go.
    const late = performance.now() + (requestSeconds + lateSeconds + 15) * 1000;
    while (performance.now() < late && (descriptorsOf(node) > descriptorsBefore + 8 || unclosed(slow).length > 0))
      await setTimeout(100);

    for (const { name, within } of variants.slice(0, -1)) {
      const seconds = slow.filter(({ variant }) => variant.name === name).map((one) => one.seconds ?? Number.NaN);
      const slowest = Math.max(...seconds);
      t.diagnostic(`${name}: ${seconds.length} closed, the last after ${slowest.toFixed(1)} s of ${within} s`);
      assert.ok(slowest <= within + lateSeconds, `${name}: ${seconds.filter((one) => !(one <= within))}`);
    }
    const descriptorsAfter = descriptorsOf(node);
    t.diagnostic(`descriptors: ${descriptorsBefore} before, ${descriptorsMost} at most, ${descriptorsAfter} after`);
    t.diagnostic(`good callers: p99 ${before.p99.toFixed(0)} ms before, ${during.p99.toFixed(0)} ms beside them`);
    assert.ok(descriptorsMost >= connections * 0.8, `${descriptorsMost} descriptors: they never were there at once`);
    assert.ok(descriptorsAfter <= descriptorsBefore + 8, `${descriptorsAfter} descriptors`);
    assertWithin(Math.max(5 * before.p99, 1000) / 1000, during.p99 / 1000, 'a good caller');
    assert.deepEqual(servingProcesses(node), processes);
    node.child.kill('SIGTERM');
    assert.equal(await node.ended, 0);
  });
}

const manyRequests = { perCaller: { requests: 1_000_000 }, perAddress: { requests: 1_000_000 } };

const unclosed = (slow: readonly Slow[]) =>
  slow.filter(({ variant, seconds }) => variant !== variants.at(-1) && seconds === undefined);

/** Asks for so long; each is answered with a token. */
async function goodCallers(
  t: TestContext,
  node: ServedProduction,
  milliseconds: number,
): Promise<{ readonly p99: number }> {
  const ledger = keepLedger(t, [node]);
  await setTimeout(milliseconds);
  await ledger.settle();
  assert.deepEqual([...new Set(ledger.asked.map(({ answer }) => answer?.status))], [200]);
  return {
    p99: percentile(
      ledger.asked.map((one) => one.milliseconds),
      0.99,
    ),
  };
}

test('row 86: connections beyond the limit are cut, and those within it go on', async (t) => {
  const folder = await productionFolder();
  t.after(() => folder.remove());
  const node = await folder.start({ limits: { ...manyRequests, connections: 20 } });
  const sockets = Array.from({ length: 40 }, () => connect(node.port, '127.0.0.1').on('error', () => {}));
  t.after(() => sockets.forEach((socket) => void socket.destroy()));
  let cut = 0;
  for (const socket of sockets) socket.resume().once('close', () => (cut += 1));
  await until('the cut', () => cut >= 20);
  await setTimeout(200);
  assert.equal(cut, 20);
  const open = sockets.find((socket) => !socket.closed && !socket.destroyed);
  open?.write('GET /livez HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n');
  const [answer] = open ? await once(open, 'data') : [];
  assert.equal(String(answer).split('\r\n', 1)[0], 'HTTP/1.1 200 OK');
  for (const socket of sockets) socket.destroy();
  node.child.kill('SIGTERM');
  assert.equal(await node.ended, 0);
});
