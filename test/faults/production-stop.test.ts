import assert from 'node:assert/strict';
import { once } from 'node:events';
import { Agent, createServer, type IncomingMessage, request, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { test } from 'node:test';
import { testDatabase } from '../support/postgres.ts';
import { keepLedger } from '../support/production-ledger.ts';
import { productionFolder, type ServedProduction } from '../support/served-production.ts';
import { assertWithin, secondsSince, times } from '../support/times.ts';

const database = await testDatabase();
const rounds = times(3, 100);

/** Connections to one node, kept alive. */
interface Upstream {
  readonly port: number;
  readonly agent: Agent;
}

/**
 * A balancer as they are: in turn, over connections that are kept alive. A node that takes no connection is left out, and
 * another is asked; what was sent to a node is not sent again.
 */
async function balancer() {
  const upstreams: Upstream[] = [];
  const lost: string[] = [];
  let turn = 0;
  const forward = (incoming: IncomingMessage, outgoing: ServerResponse, body: Buffer): void => {
    turn += 1;
    const upstream = upstreams[turn % upstreams.length];
    if (!upstream) return void outgoing.writeHead(502).end();
    const { port, agent } = upstream;
    const { method, url: path, headers } = incoming;
    const forwarded = request({ host: '127.0.0.1', port, agent, method, path, headers });
    forwarded.on('response', (answer) => {
      outgoing.writeHead(answer.statusCode ?? 502, answer.headers);
      answer.pipe(outgoing);
    });
    forwarded.on('error', (cause: NodeJS.ErrnoException) => {
      if (cause.code === 'ECONNREFUSED') {
        leaveOut(upstream);
        return forward(incoming, outgoing, body);
      }
      lost.push(`${cause.code}${forwarded.reusedSocket ? ' on a connection kept alive' : ''}`);
      outgoing.destroy();
    });
    forwarded.end(body);
  };
  const leaveOut = (upstream: Upstream) => {
    const index = upstreams.indexOf(upstream);
    if (index >= 0) upstreams.splice(index, 1);
  };
  const server = createServer(async (incoming, outgoing) =>
    forward(incoming, outgoing, Buffer.concat(await incoming.toArray())),
  );
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  return {
    port: (server.address() as AddressInfo).port,
    lost,
    add: ({ port }: ServedProduction) => void upstreams.push({ port, agent: new Agent({ keepAlive: true }) }),
    close: () => {
      server.close();
      server.closeAllConnections();
    },
  };
}

test(`rows 66, B6: of two nodes behind a balancer one after the other is replaced, ${rounds} times: no request fails`, {
  skip: typeof database === 'string' ? database : false,
}, async (t) => {
  if (typeof database === 'string') return;
  const folder = await productionFolder(await database.schemaUrl());
  t.after(() => folder.remove());
  const front = await balancer();
  t.after(() => front.close());
  const nodes = [await folder.start(), await folder.start()];
  for (const node of nodes) front.add(node);
  const ledger = keepLedger(t, [{ port: front.port, bearer: nodes[0]?.bearer ?? (() => '') }], { callers: 16 });
  const seconds: number[] = [];
  for (let round = 0; round < rounds; round++) {
    await ledger.answered(50);
    const old = nodes.shift();
    const began = performance.now();
    old?.child.kill('SIGTERM');
    assert.equal(await old?.ended, 0, old?.said());
    seconds.push(secondsSince(began));
    const next = await folder.start();
    nodes.push(next);
    front.add(next);
  }
  await ledger.answered(50);
  await ledger.settle();
  const store = await folder.openStore();
  const ids = await ledger.recount(store);
  await store.close();
  const failed = ledger.asked.filter(({ answer }) => answer?.status !== 200).length;
  t.diagnostic(
    `${rounds} stops, ${ids.size} requests, ${failed} failed; exit 0 after ${Math.max(...seconds).toFixed(1)} s at most`,
  );
  assert.deepEqual(front.lost, []);
  assert.equal(failed, 0);
  assertWithin(10, Math.max(...seconds), 'a stop');
});
