import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { test } from 'node:test';
import { systemRandom } from '../../src/base/random.ts';
import { percentile } from '../support/figures.ts';
import { memoryOf } from '../support/node-process.ts';
import { type LoadFigures, openLoad } from '../support/open-load.ts';
import { productionFolder } from '../support/served-production.ts';
import { times } from '../support/times.ts';

const seconds = times(2, 60);

const requestOf = (bearer: string): string =>
  [
    'POST /v3/generatetoken HTTP/1.1',
    'Host: tokens.example.com',
    `Authorization: Bearer ${bearer}`,
    'Accept: application/json',
    'Content-Type: application/x-www-form-urlencoded',
    'Content-Length: 20',
    `ms-requestid: ${systemRandom.guid()}`,
    '',
    'grant_type=jwt_token',
  ].join('\r\n');

const pin = (pid: number | undefined, core: number) => void spawnSync('taskset', ['-acp', `${core}`, `${pid}`]);

const of = ({ answers }: LoadFigures, status: number) => answers.filter((answer) => answer.status === status);
const rate = (load: LoadFigures) => of(load, 200).length / load.seconds;
const p99 = (load: LoadFigures, status: number) =>
  percentile(
    of(load, status).map((each) => each.milliseconds),
    0.99,
  );

test('rows 86, B4: five times what it can do: the surplus is told at once, and accepted work goes on', async (t) => {
  const folder = await productionFolder();
  t.after(() => folder.remove());
  const node = await folder.start({ audit: { file: `${folder.file}.audit` } });
  const bearer = node.bearer();
  // Each on a core of its own: a load that takes the server's is no overload but a theft.
  pin(node.child.pid, 0);
  pin(process.pid, 1);
  const load = { port: node.port, request: () => requestOf(bearer) };
  await openLoad({ ...load, perSecond: 1e9, seconds: 1, connections: 64 });

  const peak = await openLoad({ ...load, perSecond: 1e9, seconds: Math.min(seconds, 10), connections: 64 });
  const before = memoryOf(node);
  const over = await openLoad({ ...load, perSecond: 5 * rate(peak), seconds, connections: 2000 });
  const most = memoryOf(node);
  const afterwards = await openLoad({ ...load, perSecond: rate(peak) / 4, seconds: 2, connections: 64 });

  const refused = of(over, 429);
  const fields = [
    `peak ${rate(peak).toFixed(0)}/s`,
    `offered ${(over.sent / over.seconds).toFixed(0)}/s`,
    `accepted ${(rate(over) / rate(peak)).toFixed(2)} of the peak, p99 ${p99(over, 200).toFixed(0)} ms`,
    `${refused.length} refused, p50 ${percentile(
      refused.map((each) => each.milliseconds),
      0.5,
    ).toFixed(0)} ms, p99 ${p99(over, 429).toFixed(0)} ms`,
    `${(most - before).toFixed(0)} MiB more`,
    `afterwards p99 ${p99(afterwards, 200).toFixed(0)} ms`,
  ];
  t.diagnostic(fields.join('; '));
  assert.equal(over.answers.length, over.sent, 'each was answered');
  assert.ok(refused.length > 0);
  assert.deepEqual([...new Set(over.answers.map(({ status }) => status))].sort(), [200, 429]);
  assert.ok(refused.every(({ text }) => /^Retry-After: 1\r$/m.test(text)));
  assert.ok(rate(over) > rate(peak) / times(20, 4), `${rate(over)} a second of ${rate(peak)}`);
  assert.deepEqual([...new Set(afterwards.answers.map(({ status }) => status))], [200]);
  assert.equal(node.child.exitCode, null);
});
