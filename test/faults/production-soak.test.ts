import assert from 'node:assert/strict';
import { readdirSync, renameSync, rmSync, statSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { test } from 'node:test';
import { setTimeout as delay } from 'node:timers/promises';
import { systemRandom } from '../../src/base/random.ts';
import { median } from '../support/figures.ts';
import { descriptorsOf, memoryOf } from '../support/node-process.ts';
import { sendRaw, statusesOf } from '../support/raw-socket.ts';
import { productionFolder, type ServedProduction } from '../support/served-production.ts';
import { times } from '../support/times.ts';

const minutes = times(0.1, 30);
const drivers = 12;
/** Between two requests of one driver: a steady load, which leaves the machine to others. */
const pauseMilliseconds = 25;
const sampleSeconds = times(1, 10);

interface Attempt {
  readonly path?: string;
  readonly method?: string;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: string | Uint8Array<ArrayBuffer>;
}

/** What is sent that should not be, and how it is answered. */
const bad: readonly (readonly [status: number, attempt: (bearer: string) => Attempt])[] = [
  [401, (bearer) => ({ headers: { authorization: `Bearer ${bearer.slice(0, -8)}AAAAAAAA` } })],
  [401, () => ({ headers: { authorization: 'Bearer eyJhbGciOiJub25lIn0.e30.' } })],
  [401, () => ({ headers: { authorization: 'Basic YTpi' } })],
  [401, (bearer) => ({ headers: { authorization: `Bearer ${bearer.replaceAll('.', '..')}` } })],
  [400, () => ({ body: 'grant_type=password' })],
  [400, () => ({ headers: { 'content-type': 'application/json' }, body: '{"grant_type":' })],
  [400, () => ({ headers: { 'content-type': 'application/xml' }, body: '<!DOCTYPE a [<!ENTITY b "c">]><a>&b;</a>' })],
  [400, () => ({ headers: { 'content-type': 'application/xml' }, body: '<a>'.repeat(5000) })],
  [400, () => ({ body: Buffer.alloc(200_000, 'x') })],
  [400, () => ({ headers: { 'ms-requestid': 'x'.repeat(500) } })],
  [406, () => ({ headers: { accept: 'text/html' } })],
  [404, () => ({ path: `/v3/${systemRandom.guid()}` })],
  [405, () => ({ method: 'DELETE' })],
];

/** Bytes that no client would send. */
const unreadable = [
  'POST /v3/generatetoken HTTP/1.1\r\nHost: x\r\nContent-Length: 5\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n',
  'GARBAGE\r\n\r\n',
  `GET / HTTP/1.1\r\nHost: x\r\nX: ${'y'.repeat(20_000)}\r\n\r\n`,
];

interface Sample {
  readonly residentMebibytes: number;
  readonly storeMebibytes: number;
}

function sampleOf(node: ServedProduction, store: string): Sample {
  const files = readdirSync(dirname(store)).filter((name) => join(dirname(store), name).startsWith(store));
  const bytes = files.reduce((sum, name) => sum + statSync(join(dirname(store), name)).size, 0);
  return {
    residentMebibytes: memoryOf(node),
    storeMebibytes: bytes / 2 ** 20,
  };
}

test(`row 72, B22: ${minutes} minutes with three bad requests in ten: memory, handles and store stay as they are`, async (t) => {
  const folder = await productionFolder();
  t.after(() => folder.remove());
  const auditFile = `${folder.file}.audit`;
  const storage = { sqliteFile: join(dirname(folder.file), 'records.sqlite') };
  // Records live for a minute and are purged each minute: after some minutes as many go as come.
  const node = await folder.start({ audit: { file: auditFile }, storage, lifetimeSeconds: 60 });
  const bearers = Array.from({ length: 20 }, () => node.bearer());
  // How many connections are open beside each other is the load's matter; it closes them, and what is left then is not.
  const descriptorsBefore = descriptorsOf(node);
  const ends = performance.now() + minutes * 60_000;
  const count = { good: 0, bad: 0, wrong: [] as string[] };

  const ask = async ({ path = '/v3/generatetoken', method = 'POST', headers = {}, body }: Attempt, bearer: string) => {
    const response = await fetch(`http://127.0.0.1:${node.port}${path}`, {
      method,
      headers: { authorization: `Bearer ${bearer}`, accept: 'application/json', ...headers },
      body: method === 'POST' ? (body ?? new URLSearchParams({ grant_type: 'jwt_token' })) : null,
    });
    await response.arrayBuffer();
    return response.status;
  };
  const drive = async (driver: number) => {
    let last = systemRandom.guid();
    for (let turn = driver; performance.now() < ends; turn++) {
      const bearer = bearers[turn % bearers.length] ?? '';
      const place = turn % 10;
      if (place === 9 && turn % 40 === 9) {
        const text = unreadable[Math.floor(turn / 40) % unreadable.length] ?? '';
        const [status = 0] = statusesOf(await sendRaw(node.port, text));
        count.bad += 1;
        if (status < 400 || status >= 500) count.wrong.push(`unreadable: ${status}`);
      } else if (place >= 7) {
        const [status, attempt] = bad[Math.floor(turn / 3) % bad.length] as (typeof bad)[number];
        // The server may cut off what it will not read before its answer was taken.
        const answered = await ask(attempt(bearer), bearer).catch(() => status);
        count.bad += 1;
        if (answered !== status) count.wrong.push(`${attempt}: ${answered}`);
      } else {
        // One of seven is asked for again.
        if (place !== 6) last = systemRandom.guid();
        const status = await ask({ headers: { 'ms-requestid': last } }, bearer);
        count.good += 1;
        if (status !== 200) count.wrong.push(`good: ${status}`);
      }
      await delay(pauseMilliseconds);
    }
  };

  const samples: Sample[] = [];
  const watch = async () => {
    while (performance.now() < ends) {
      await delay(sampleSeconds * 1000);
      samples.push(sampleOf(node, storage.sqliteFile));
      // What a log rotation does, so that a disk holds half an hour of records.
      if (samples.length % 10 === 0) {
        renameSync(auditFile, `${auditFile}.1`);
        rmSync(`${auditFile}.1`);
      }
    }
  };
  await Promise.all([watch(), ...Array.from({ length: drivers }, (_, driver) => drive(driver))]);

  // A connection on which nothing is asked is kept for a minute.
  await delay(times(0, 65_000));
  const third = Math.floor(samples.length / 3);
  const [middle, end] = [samples.slice(third, 2 * third), samples.slice(2 * third)];
  const of = (part: readonly Sample[], name: keyof Sample) => median(part.map((sample) => sample[name]));
  const grown = (name: keyof Sample) => `${of(middle, name).toFixed(1)} to ${of(end, name).toFixed(1)}`;
  t.diagnostic(
    `${count.good} good and ${count.bad} bad requests; second third to last third: memory ${grown('residentMebibytes')} MiB, store ${grown('storeMebibytes')} MiB; descriptors ${descriptorsBefore} before, ${descriptorsOf(node)} after`,
  );
  assert.deepEqual(count.wrong.slice(0, 5), []);
  assert.equal(node.child.exitCode, null);
  if (minutes < 10) return;
  assert.ok(descriptorsOf(node) <= descriptorsBefore + 2);
  assert.ok(of(end, 'residentMebibytes') < of(middle, 'residentMebibytes') * 1.05 + 2);
  assert.ok(of(end, 'storeMebibytes') < of(middle, 'storeMebibytes') * 1.05 + 0.5);
});
