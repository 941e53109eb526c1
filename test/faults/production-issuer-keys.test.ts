import assert from 'node:assert/strict';
import type { ServerResponse } from 'node:http';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { after, describe, test } from 'node:test';
import { setTimeout } from 'node:timers/promises';
import { canary } from '../support/canary.ts';
import { percentile } from '../support/figures.ts';
import { forgedStorm } from '../support/forged-storm.ts';
import { newKey, type TestIssuer, testIssuer } from '../support/issuer.ts';
import { type KeyAnswer, keyServer } from '../support/key-server.ts';
import { entraKeysAddress, productionFolder } from '../support/served-production.ts';
import { assertWithin, times } from '../support/times.ts';

/**
 * A served node whose issuers' keys are down, slow, hostile or turning, over real sockets. Its clocks are put ahead instead of
 * waited for; the five seconds a fetch may take are waited for.
 */

let ahead = 0;
const now = () => new Date(Date.now() + ahead * 1000);
const keys = await keyServer(['login.microsoftonline.com', 'keys.example.com']);
const bird = await canary();

const text =
  (status: number, body: string, headers: Record<string, string> = {}): KeyAnswer =>
  (_, response) =>
    void response.writeHead(status, headers).end(body);
/** Each is an issuer of its own, which publishes nothing good until a test says so. */
interface Faulty {
  readonly name: string;
  readonly issuer: TestIssuer;
  readonly address: string;
  readonly answer: KeyAnswer;
}
const privateKey = newKey('RS256');
const faulty = (name: string, answer: KeyAnswer): Faulty => {
  const path = name.replaceAll(/\W+/g, '-');
  const issuer = testIssuer({ now, privateKey, issuer: `https://${path}.example.com/{tenantid}/v2.0` });
  return { name, issuer, address: `https://keys.example.com/${path}`, answer };
};
const document = JSON.stringify(faulty('any', {}).issuer.jwks);
/** Answered at once. */
const quick: readonly Faulty[] = [
  faulty('a connection cut', (request) => void request.socket.destroy()),
  faulty('500', text(500, 'down')),
  faulty('truncated JSON', text(200, document.slice(0, -5))),
  faulty('a body that breaks off', (_, response) => {
    response.writeHead(200, { 'content-length': document.length }).write(document.slice(0, 20));
    response.destroy();
  }),
  faulty('HTML', text(200, '<html></html>', { 'content-type': 'text/html' })),
  faulty('an empty set', { keys: [] }),
  faulty('a redirect to this machine', text(302, '', { location: bird.url })),
  faulty('a redirect to a link-local address', text(307, '', { location: 'https://169.254.169.254/keys' })),
  faulty('1 GB', (_, response) => void endless(response)),
];
/** Answered when nobody waits any more. */
const tooSlow: Readonly<Record<string, KeyAnswer>> = {
  '30 s slow': (_, response) => void setTimeout(30_000, undefined, { ref: false }).then(() => response.end(document)),
  'a drip': (_, response) => void drip(response),
};
const slowFromTheStart = Object.entries(tooSlow).map(([name, answer]) => faulty(name, answer));
const slowLater = Object.entries(tooSlow).map(([name, answer]) => faulty(`${name}, later`, answer));
/** How much of it each endless answer got rid of, in bytes. */
const endlessBytes: number[] = [];

async function endless(response: ServerResponse): Promise<void> {
  let sent = 0;
  const pieces = function* () {
    for (const piece = Buffer.alloc(65_536, ' '); sent < 2 ** 30; sent += piece.length) yield piece;
  };
  response.writeHead(200);
  await pipeline(Readable.from(pieces()), response).catch(() => undefined);
  endlessBytes.push(sent);
}

async function drip(response: ServerResponse): Promise<void> {
  response.writeHead(200);
  for (const letter of document) {
    if (response.destroyed) return;
    response.write(letter);
    await setTimeout(200, undefined, { ref: false });
  }
}

const folder = await productionFolder();
keys.publish(entraKeysAddress, folder.issuer.jwks);
const everyone = [...quick, ...slowFromTheStart, ...slowLater];
for (const { address, answer } of everyone) keys.publish(address, answer);
const node = await folder.start(
  {
    trustedIssuers: [
      { cloud: 'AzureCloud' },
      ...everyone.map(({ issuer, address }) => ({
        issuer: issuer.trusted.issuer,
        jwksUri: address,
        tokenVersion: '2.0',
      })),
    ],
  },
  { keyServer: keys },
);
after(async () => {
  folder.remove();
  bird.close();
  await keys.close();
});

async function moveTo(seconds: number): Promise<void> {
  await node.setAhead(seconds);
  ahead = seconds;
}
const asked = (address: string) => keys.asked.filter((one) => one === address).length;

async function ask(bearer: string) {
  const began = performance.now();
  const response = await fetch(`http://127.0.0.1:${node.port}/v3/generatetoken`, {
    method: 'POST',
    headers: { authorization: `Bearer ${bearer}`, accept: 'application/json' },
    body: new URLSearchParams({ grant_type: 'jwt_token' }),
  });
  const { code } = (await response.json()) as { code?: string };
  const retryAfter = response.headers.get('retry-after');
  return { status: response.status, code, retryAfter, milliseconds: performance.now() - began };
}

/** What an unknown state is answered with: nobody is told that a token is bad which may be good. */
async function assertUnknown(bearer: string): Promise<number> {
  const { status, code, retryAfter, milliseconds } = await ask(bearer);
  assert.deepEqual([status, code, retryAfter], [500, '800003', '30']);
  return milliseconds;
}

async function assertGood(bearer: string): Promise<number> {
  const { status, milliseconds } = await ask(bearer);
  assert.equal(status, 200);
  return milliseconds;
}

async function assertDenied(bearer: string): Promise<void> {
  const { status, code } = await ask(bearer);
  assert.deepEqual([status, code], [401, '400']);
}

const random = (issuer: TestIssuer) => issuer.bearer({ header: { kid: `random-${Math.random()}` } });
const p99 = (some: readonly number[]) => percentile(some, 0.99);

async function figure(name: string): Promise<number> {
  const body = await (await fetch(`http://127.0.0.1:${node.port}/metrics`)).text();
  return Number(new RegExp(`^${name} (.*)$`, 'm').exec(body)?.[1]);
}
const megabytes = async () => (await figure('process_resident_memory_bytes')) / 2 ** 20;

/** Never more than two in any minute. */
function assertSeldom(attempts: readonly number[], name: string): void {
  for (const [index, at] of attempts.entries()) {
    const third = attempts[index + 2];
    assert.ok(third === undefined || third - at >= 60, `${name}: ${attempts}`);
  }
}

/** Goes through a time in which keys cannot be had: at which seconds of it each address was asked. */
async function outage(seconds: number, each: (one: Faulty) => Promise<unknown>) {
  const began = ahead;
  const attempts = new Map(quick.map(({ address }) => [address, [] as number[]]));
  for (let second = 5; second <= seconds; second += 5) {
    await moveTo(began + second);
    const before = keys.asked.length;
    await Promise.all(quick.map(each));
    for (const address of keys.asked.slice(before)) attempts.get(address)?.push(second);
  }
  return attempts;
}

const down = times(240, 3600);

describe('an issuer’s keys, through the served command', () => {
  test(`row 54, B15: from the start, for ${down} s: 500 and Retry-After, two attempts a minute, well again within 30 s`, async (t) => {
    await Promise.all(quick.map(({ issuer }) => assertUnknown(issuer.bearer())));
    const attempts = await outage(down, ({ issuer }) => assertUnknown(issuer.bearer()));
    for (const { name, address } of quick) {
      const all = [0, ...(attempts.get(address) ?? [])];
      assertSeldom(all, name);
      assert.ok(all.length >= down / 60, `${name}: ${all}`);
    }
    for (const { address, issuer } of quick) keys.publish(address, issuer.jwks);
    await moveTo(ahead + 30);
    for (const { issuer } of quick) await assertGood(issuer.bearer());
    const most = Math.max(...[...attempts.values()].map((list) => list.length + 1));
    t.diagnostic(`${quick.length} faults for ${down} s: at most ${most} attempts each; well again at 30 s`);
  });

  test(`row 54, B15: later, for ${down} s: known kids 200 for a day, unknown ones never 401, two attempts a minute`, async (t) => {
    for (const { address, answer } of quick) keys.publish(address, answer);
    let count = 0;
    await moveTo(ahead + 601);
    const attempts = await outage(down, async ({ issuer }) => {
      await assertGood(issuer.bearer());
      await assertUnknown(random(issuer));
      count += 1;
    });
    for (const { name, address } of quick) assertSeldom(attempts.get(address) ?? [], name);
    await moveTo(ahead + 86_400);
    for (const { issuer } of quick) await assertUnknown(issuer.bearer());
    for (const { address, issuer } of quick) keys.publish(address, issuer.jwks);
    await moveTo(ahead + 30);
    for (const { issuer } of quick) await assertDenied(random(issuer));
    t.diagnostic(`${count} known kids 200, ${count} unknown ones 500 with Retry-After, 401 again 30 s after`);
  });

  test('row 57, B16: slow, dripping: each fetch ends within 5 s; hundreds wait for it, and nobody whose key is at hand', async (t) => {
    const some = async () => {
      const took: number[] = [];
      for (let count = 0; count < times(50, 1000); count++) {
        for (const { issuer } of slowLater) took.push(await assertGood(issuer.bearer()));
      }
      return p99(took);
    };
    for (const { address, issuer } of slowLater) keys.publish(address, issuer.jwks);
    await some();
    const [usual, before] = [await some(), await megabytes()];
    for (const { address, answer } of slowLater) keys.publish(address, answer);
    // Old enough to be fetched again, and young enough to be used.
    await moveTo(ahead + 500);
    const hundreds = slowFromTheStart.flatMap(({ issuer }) => Array.from({ length: 200 }, () => issuer.bearer()));
    const [first, hanging] = await Promise.all([Promise.all(hundreds.map((bearer) => assertUnknown(bearer))), some()]);
    assert.ok(Math.max(...first) > 4000, `${first}`);
    assertWithin(10, Math.max(...first) / 1000);
    assert.deepEqual(
      [...slowLater, ...slowFromTheStart].map(({ address }) => asked(address)),
      [2, 2, 1, 1],
    );
    // The set is old now, and its last fetch failed.
    await moveTo(ahead + 200);
    const old = await some();
    const more = (await megabytes()) - before;
    t.diagnostic(
      `${first.length} callers, 2 fetches, each ended within ${(Math.max(...first) / 1000).toFixed(1)} s; p99 of known keys ${usual.toFixed(1)} ms before, ${hanging.toFixed(1)} ms while they hang, ${old.toFixed(1)} ms with an old set; memory ${more.toFixed(1)} MB more`,
    );
    assertWithin(1, Math.max(hanging, old) / 1000);
  });

  test('row 54: refused connections: the known go on, and all is well 30 s after', async () => {
    await moveTo(ahead + 700);
    for (const { issuer } of quick) await assertGood(issuer.bearer());
    await keys.shut();
    await moveTo(ahead + 601);
    for (const { issuer } of quick) {
      await assertGood(issuer.bearer());
      await assertUnknown(random(issuer));
    }
    await keys.open();
    await moveTo(ahead + 30);
    for (const { issuer } of quick) await assertDenied(random(issuer));
  });

  test('row 57: redirects led nowhere, and of 1 GB little more than a megabyte was taken each time', (t) => {
    const most = Math.max(...endlessBytes) / 2 ** 20;
    t.diagnostic(`${endlessBytes.length} times 1 GB: at most ${most.toFixed(1)} MB left the server, into buffers too`);
    assert.ok(most < 32, `${most}`);
    assert.equal(bird.connections(), 0);
    assert.deepEqual([...new Set(keys.wanted)], ['keys.example.com:443']);
  });
});

/** The keys of an issuer of the global cloud that signs with one after the other, and what each of them signs. */
const spare = Array.from({ length: 4 }, () =>
  testIssuer({ now, privateKey: newKey('RS256'), issuer: folder.issuer.trusted.issuer }),
);
const turned = (turn: number) => {
  const issuer = spare[turn % spare.length] ?? assert.fail();
  const kid = `turn-${turn}`;
  return { jwk: { ...issuer.jwks.keys[0], kid }, bearer: () => issuer.bearer({ header: { kid } }) };
};
const publish = (...turns: readonly number[]) =>
  keys.publish(entraKeysAddress, { keys: turns.map((turn) => turned(turn).jwk) });

describe('an issuer whose keys turn, through the served command', () => {
  const period = 30;
  const step = 3;
  const rotations = times(8, 120);

  test(`B17: a key signs from when it is published, another each ${period} s, ${rotations} times: 0 refused`, async (t) => {
    publish(0);
    await moveTo(ahead + 700);
    await assertGood(turned(0).bearer());
    const before = asked(entraKeysAddress);
    const began = ahead;
    let taken = 0;
    for (let turn = 1; turn <= rotations; turn++) {
      publish(turn, turn - 1);
      for (let second = 0; second < period; second += step) {
        await moveTo(began + turn * period + second + Math.random() * step);
        const sent = [turn, turn, turn, turn - 1, turn - 1].map((one) => assertGood(turned(one).bearer()));
        taken += (await Promise.all(sent)).length;
      }
    }
    const fetches = asked(entraKeysAddress) - before;
    t.diagnostic(`${taken} good tokens over ${rotations} rotations, 0 refused; ${fetches} fetches`);
    assert.ok(fetches <= rotations, `${fetches}`);
  });

  test('row 56: 1,000 first sights at once are one fetch; a key taken away is refused within ten minutes', async () => {
    publish(rotations + 1, rotations);
    await moveTo(ahead + period);
    const before = asked(entraKeysAddress);
    await Promise.all(Array.from({ length: 1000 }, () => assertGood(turned(rotations + 1).bearer())));
    assert.equal(asked(entraKeysAddress) - before, 1);
    publish(rotations + 1);
    await moveTo(ahead + 601);
    await assertDenied(turned(rotations).bearer());
    await assertGood(turned(rotations + 1).bearer());
  });

  const kids = times(600, 10_000);
  test(`row 55: ${kids} random kids in a minute, good callers among them: at most three fetches`, async (t) => {
    await moveTo(ahead + period);
    const before = asked(entraKeysAddress);
    const [began, instant] = [ahead, performance.now()];
    for (let second = 0; second < 60; second++) {
      // What passes meanwhile is part of the minute.
      await moveTo(began + second - (performance.now() - instant) / 1000);
      await Promise.all(Array.from({ length: kids / 60 }, () => assertDenied(random(folder.issuer))));
      await assertGood(turned(rotations + 1).bearer());
    }
    const fetches = asked(entraKeysAddress) - before;
    t.diagnostic(`${kids} random kids, ${fetches} fetches`);
    assert.ok(fetches <= 3, `${fetches}`);
  });

  const perSecond = times(500, 2000);
  const seconds = times(2, 300);
  test(`B18: ${perSecond} random kids a second for ${seconds} s: few fetches, and good callers go on`, async (t) => {
    const good = turned(rotations + 1).bearer;
    await assertGood(good());
    const callers = async (during: Promise<unknown>) => {
      const took: number[] = [];
      let isOver = false;
      during.finally(() => {
        isOver = true;
      });
      while (!isOver) {
        took.push(await assertGood(good()));
        await setTimeout(10);
      }
      return took;
    };
    const spent = async <Value>(work: Promise<Value>) => {
      const [cpu, began] = [await figure('process_cpu_seconds_total'), performance.now()];
      const [took, value] = await Promise.all([callers(work), work]);
      const elapsed = (performance.now() - began) / 1000;
      return { value, took, elapsed, cpu: (await figure('process_cpu_seconds_total')) - cpu };
    };
    const quiet = await spent(setTimeout(times(1500, 30_000)));
    // The first of them may cause a fetch.
    await moveTo(ahead + period);
    const before = asked(entraKeysAddress);
    const memory = [await megabytes()];
    const half = setTimeout(seconds * 500).then(async () => void memory.push(await megabytes()));
    const bearer = folder.issuer.bearer();
    const stormy = await spent(forgedStorm({ port: node.port, perSecond, seconds, bearer }));
    await half;
    const [first = 0, middle = 0, last = 0] = [...memory, await megabytes()];
    const fetches = asked(entraKeysAddress) - before;
    const { statuses, sent, seconds: lasted } = stormy.value;
    assert.deepEqual(statuses, { 401: sent });
    // What the good callers cost is taken off, by what each of them cost before.
    const ofGood = (quiet.cpu / quiet.took.length) * stormy.took.length;
    const milliseconds = ((stormy.cpu - ofGood) / sent) * 1000;
    t.diagnostic(
      `${sent} refused, ${(sent / lasted).toFixed(0)} a second; ${fetches} fetches; good callers' p99 ${p99(quiet.took).toFixed(1)} ms before, ${p99(stormy.took).toFixed(1)} ms during; CPU ${milliseconds.toFixed(3)} ms a refusal; memory ${(middle - first).toFixed(1)} MB more in its first half, ${(last - middle).toFixed(1)} MB in its second`,
    );
    assert.ok(fetches >= 1 && fetches <= 1 + stormy.elapsed / 20, `${fetches}`);
    assertWithin(1, p99(stormy.took) / 1000);
  });
});
