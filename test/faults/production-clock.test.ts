import assert from 'node:assert/strict';
import { renameSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { setTimeout } from 'node:timers/promises';
import { epochSeconds } from '../../src/base/clock.ts';
import { systemRandom } from '../../src/base/random.ts';
import { tokenParts } from '../support/answer.ts';
import { testDatabase } from '../support/postgres.ts';
import { storedTokenId } from '../support/production-ledger.ts';
import {
  type ExchangeAnswer,
  exchangeAt,
  type ProductionFolder,
  productionFolder,
  type ServedProduction,
} from '../support/served-production.ts';
import { times } from '../support/times.ts';

/** Served nodes whose machine's clock is set, stands still, or differs from another's. */

const database = await testDatabase();
const ids = times(20, 500);
const hour = 3_600_000;
const day = 24 * hour;
/** Some purges, and some looks at keys and registry. */
const meanwhile = times(1000, 10_000);

interface Stand {
  /** Milliseconds beside the true clock. */
  readonly offset?: number;
  readonly frozen?: number;
}

/** A node whose clock can be set. */
async function clockedNode(folder: ProductionFolder, name: string, stand: Stand = {}) {
  const file = join(folder.folder, name);
  const set = (next: Stand) => {
    writeFileSync(`${file}.new`, JSON.stringify(next));
    renameSync(`${file}.new`, file);
  };
  set(stand);
  const preloads = [join(import.meta.dirname, '..', 'support', 'set-clock.mjs')];
  return { node: await folder.start({}, { preloads, variables: { CLOCK: file } }), set };
}

/** Asks for each id with a bearer issued at an instant, by default the true one. */
async function askAll(node: ServedProduction, asked: readonly string[], at?: Date) {
  const answers: (ExchangeAnswer | undefined)[] = [];
  // Some at once: what an overloaded node answers is another test's.
  for (let done = 0; done < asked.length; done += 20) {
    const some = asked.slice(done, done + 20);
    const bearer = () => node.bearer({ claims: at ? issuedAt(at) : {} });
    answers.push(...(await Promise.all(some.map((id) => exchangeAt({ port: node.port, bearer }, id)))));
  }
  return answers;
}

const issuedAt = (at: Date) => {
  const iat = epochSeconds(at);
  return { iat, nbf: iat, exp: iat + 3900 };
};

const newIds = (): readonly string[] => Array.from({ length: ids }, () => systemRandom.guid());
const statusesOf = (answers: Awaited<ReturnType<typeof askAll>>) => [...new Set(answers.map((one) => one?.status))];

const idsOf = (answers: Awaited<ReturnType<typeof askAll>>) =>
  answers.map((one) => String(tokenParts(one?.accessToken ?? '').claims.jti));

/** A token lives for a time, from the instant the node took for now. */
function requireLife(token: string | undefined, now: number): void {
  const { iat, exp } = tokenParts(token ?? '').claims as { iat: number; exp: number };
  assert.ok(exp > iat && exp - iat <= 3600, `${iat} to ${exp}`);
  assert.ok(Math.abs(iat - now / 1000) < 30, `${iat} is not ${now / 1000}`);
}

const jumps: Readonly<Record<string, number>> = {
  'an hour ahead': hour,
  'a day ahead': day,
  'an hour back': -hour,
  'a day back': -day,
};

for (const [name, offset] of Object.entries(jumps)) {
  test(`rows 47, 72, B14: the clock is set ${name}, and right again`, async (t) => {
    const folder = await productionFolder();
    t.after(() => folder.remove());
    const { node, set } = await clockedNode(folder, 'clock');
    const asked = newIds();
    const before = await askAll(node, asked);
    assert.deepEqual(statusesOf(before), [200]);
    const tokenIds = idsOf(before);

    set({ offset });
    await setTimeout(meanwhile);
    const there = () => Date.now() + offset;
    // Whoever has the true time is given the same token, or refused: his bearer is of another time.
    const ofTrueTime = await askAll(node, asked);
    assert.deepEqual(statusesOf(ofTrueTime), [offset === hour ? 200 : 401]);
    // Whoever has the node's time is given the same token, of which nothing is left at worst.
    const again = await askAll(node, asked, new Date(there()));
    assert.deepEqual(idsOf(again), tokenIds);
    assert.ok(again.every((one) => (one?.expiresInSeconds ?? -1) >= 0));
    const others = newIds();
    const fresh = await askAll(node, others, new Date(there()));
    assert.deepEqual(statusesOf(fresh), [200]);
    for (const one of fresh) requireLife(one?.accessToken, there());
    await setTimeout(meanwhile);

    set({});
    const after = await askAll(node, asked);
    assert.deepEqual(idsOf(after), tokenIds);
    for (const one of await askAll(node, newIds())) requireLife(one?.accessToken, Date.now());
    const { exitCode } = node.child;
    node.child.kill('SIGTERM');
    assert.deepEqual([exitCode, await node.ended], [null, 0]);
    const store = await folder.openStore();
    const stored = await Promise.all(asked.map((id) => storedTokenId(store, id)));
    await store.close();
    assert.deepEqual(stored, tokenIds);
    const ofTrue = offset === hour ? 'the same tokens' : 'refused, 401';
    t.diagnostic(`${ids} live ids keep their one jti; bearers of the true time: ${ofTrue}; ${ids} new tokens all live`);
  });
}

test('rows 47, 72, B14: the clock stands still, and the edges of the skew are exact', async (t) => {
  const folder = await productionFolder();
  t.after(() => folder.remove());
  const frozen = Math.floor(Date.now() / 1000) * 1000;
  const { node } = await clockedNode(folder, 'clock', { frozen });
  const asked = newIds();
  const first = await askAll(node, asked);
  await setTimeout(meanwhile);
  const again = await askAll(node, asked);
  assert.deepEqual(statusesOf(first), [200]);
  assert.deepEqual(idsOf(again), idsOf(first));
  for (const one of first) requireLife(one?.accessToken, frozen);
  // A bearer lives for 3900 seconds; 300 more are forgiven at either end.
  const edges: readonly (readonly [seconds: number, status: number])[] = [
    [300, 200],
    [301, 401],
    [-4199, 200],
    [-4200, 401],
  ];
  for (const [seconds, status] of edges) {
    const [answer] = await askAll(node, [systemRandom.guid()], new Date(frozen + seconds * 1000));
    assert.equal(answer?.status, status, `issued at ${seconds} s`);
    if (answer?.accessToken === undefined) continue;
    const { iat, exp } = tokenParts(answer.accessToken).claims as { iat: number; exp: number };
    assert.ok(exp >= iat && (answer.expiresInSeconds ?? -1) >= 0);
  }
  t.diagnostic(
    `${ids} ids, one jti each, at one instant; bearers from -4199 s to +300 s taken, one second more refused`,
  );
});

test('rows 47, B14: two nodes whose clocks are 300 s apart refuse nobody, and agree', {
  skip: typeof database === 'string' ? database : false,
}, async (t) => {
  if (typeof database === 'string') return;
  const folder = await productionFolder(await database.schemaUrl());
  t.after(() => folder.remove());
  const [slow, fast] = [-150_000, 150_000];
  const nodes = [
    (await clockedNode(folder, 'slow', { offset: slow })).node,
    (await clockedNode(folder, 'fast', { offset: fast })).node,
  ] as const;
  let count = 0;
  // An issuer is anywhere between: as slow as the slow one, as fast as the fast one.
  for (const issued of [slow, 0, fast]) {
    const asked = newIds();
    const at = () => new Date(Date.now() + issued);
    const answers = await Promise.all(nodes.flatMap((node) => [askAll(node, asked, at()), askAll(node, asked, at())]));
    assert.deepEqual(statusesOf(answers.flat()), [200]);
    for (const index of asked.keys()) assert.equal(new Set(answers.map((one) => one[index]?.accessToken)).size, 1);
    count += answers.flat().length;
  }
  t.diagnostic(`${count} exchanges, 0 refused, ${3 * ids} ids with one jti each`);
});
