import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { request } from 'node:http';
import { join } from 'node:path';
import { after, afterEach, before, describe, test } from 'node:test';
import { setTimeout } from 'node:timers/promises';
import { TracerProvider } from '@opentelemetry/sdk-trace';
import { systemRandom } from '../../../src/base/random.ts';
import { type SpanLoss, spanExport } from '../../../src/server/production/tracing/span-export.ts';
import { endChild } from '../../support/child.ts';
import { type Collector, type CollectorAnswer, type ReceivedSpan, startCollector } from '../../support/collector.ts';
import {
  exchangeAt,
  type ProductionFolder,
  productionFolder,
  type ServedProduction,
} from '../../support/served-production.ts';
import { assertWithin, secondsSince, times } from '../../support/times.ts';
import { until } from '../../support/until.ts';

/** Spans of `serve production`, as a collector gets them. */

const unreachable = 'https://unreachable.example.com/';

const atTheEnd = 'the service ended before the collector took them';

interface Asked {
  readonly requestId?: string;
  readonly bearer?: string;
  readonly path?: string;
  readonly method?: string;
  readonly headers?: Readonly<Record<string, string>>;
}

async function ask(node: ServedProduction, { requestId = systemRandom.guid(), ...asked }: Asked = {}) {
  const { bearer = node.bearer(), path = '/v3/generatetoken', method = 'POST', headers = {} } = asked;
  const outgoing = request({
    ...{ host: '127.0.0.1', port: node.port, path, method, agent: false },
    headers: {
      authorization: `Bearer ${bearer}`,
      accept: 'application/json',
      'content-type': 'application/json',
      'ms-requestid': requestId,
      ...headers,
    },
  });
  outgoing.end('{"grant_type":"jwt_token"}');
  const [incoming] = await once(outgoing, 'response');
  const body = (await incoming.setEncoding('utf8').toArray()).join('');
  return { status: incoming.statusCode as number, body: body as string, requestId };
}

/** `name < parent`, in the order of names. */
const tree = (spans: readonly ReceivedSpan[]): readonly string[] =>
  spans
    .map(({ name, parentSpanId }) => [name, spans.find(({ spanId }) => spanId === parentSpanId)?.name].join(' < '))
    .sort();

const json = (text: string): readonly Record<string, unknown>[] =>
  text
    .split('\n')
    .filter((line) => line.startsWith('{'))
    .map((line) => JSON.parse(line));

const folder: ProductionFolder = await productionFolder();
after(() => folder.remove());

describe('spans of an exchange', () => {
  let collector: Collector;
  let node: ServedProduction;
  before(async () => {
    collector = await startCollector();
    node = await folder.start({
      tracing: { endpoint: `${collector.endpoint}/`, headers: 'api-key=collector%20canary', serviceName: 'tokens' },
      audit: { file: join(folder.file, '..', 'audit.jsonl') },
      trustedIssuers: [
        { cloud: 'AzureCloud' },
        { issuer: unreachable, jwksUri: `${unreachable}keys?code=1`, tokenVersion: '2.0' },
      ],
      logLevel: 'info',
    });
  });
  after(async () => {
    await endChild(node.child);
    await collector.close();
  });

  test('issued: one for the request, one for whatever took time, and the keys’ fetch below the bearer that needed them', async () => {
    const { status, requestId } = await ask(node, { headers: { 'ms-correlationid': 'correlated' } });
    assert.equal(status, 200);
    const spans = await collector.exchange(requestId);
    const name = 'POST /v3/generatetoken';
    assert.deepEqual(tree(spans), [
      `${name} < `,
      'fetch keys < verify bearer',
      `record audit < ${name}`,
      `record issuance < ${name}`,
      `sign token < ${name}`,
      `verify bearer < ${name}`,
    ]);
    assert.deepEqual(spans[0]?.attributes, {
      'http.request.method': 'POST',
      'http.route': '/v3/generatetoken',
      'http.response.status_code': 200,
      'url.path': '/v3/generatetoken',
      'url.scheme': 'https',
      'server.address': 'tokens.example.com',
      'server.port': 443,
      'client.address': '127.0.0.1',
      'partner_auth.api': 'v3',
      'partner_auth.replayed': false,
      'partner_auth.request_id': requestId,
      'partner_auth.correlation_id': 'correlated',
    });
    assert.deepEqual(
      spans.map(({ kind, failed }) => [kind, failed]),
      [[2, false], ...spans.slice(1).map(() => [1, false])],
    );
    const inside = spans.slice(1).filter(({ name }) => name !== 'fetch keys');
    const sum = inside.reduce((total, { milliseconds }) => total + milliseconds, 0);
    assert.ok(sum > 0 && sum <= (spans[0]?.milliseconds ?? 0) + 1, 'what it waited for is within the request');
    assert.equal(collector.headers[0]?.['api-key'], 'collector canary');
    assert.equal(collector.resource()['service.name'], 'tokens');
  });

  test('replayed: said so', async () => {
    const { requestId } = await ask(node);
    const [first] = await collector.exchange(requestId);
    const { status } = await ask(node, { requestId });
    assert.equal(status, 200);
    const again = () =>
      collector.spans.find((span) => span !== first && span.attributes['partner_auth.request_id'] === requestId);
    await until('its span', again);
    assert.equal(again()?.attributes['partner_auth.replayed'], true);
    assert.notEqual(again()?.traceId, first?.traceId);
  });

  test('refused: the check that stopped it, and no error of the service; the log’s line has its trace', async () => {
    const bearer = `${node.bearer().slice(0, -8)}AAAAAAAA`;
    const { status, requestId } = await ask(node, { bearer });
    assert.equal(status, 401);
    const spans = await collector.exchange(requestId);
    assert.deepEqual(tree(spans), [
      'POST /v3/generatetoken < ',
      'record audit < POST /v3/generatetoken',
      'verify bearer < POST /v3/generatetoken',
    ]);
    const [root, ...inside] = spans;
    assert.equal(root?.failed, false);
    assert.equal(root?.attributes['partner_auth.check'], 'bearer');
    assert.equal(root?.attributes['partner_auth.code'], '400');
    assert.equal(root?.attributes['error.type'], undefined);
    const verify = inside.find(({ name }) => name === 'verify bearer');
    assert.deepEqual([verify?.failed, verify?.attributes['error.type']], [false, 'bad_signature']);
    const line = json(node.said()).find((one) => one.requestId === requestId);
    assert.deepEqual([line?.msg, line?.trace_id, line?.span_id], ['exchange refused', root?.traceId, root?.spanId]);
  });

  test('a dependency failed: the request is an error, and so is the step', async () => {
    const { status, requestId } = await ask(node, { bearer: node.bearer({ claims: { iss: unreachable } }) });
    assert.equal(status, 500);
    const [root, ...inside] = await collector.exchange(requestId);
    assert.deepEqual([root?.failed, root?.attributes['error.type']], [true, '500']);
    assert.deepEqual(
      [root?.attributes['partner_auth.check'], root?.attributes['partner_auth.code']],
      ['bearer', '800003'],
    );
    const verify = inside.find(({ name }) => name === 'verify bearer');
    assert.deepEqual([verify?.failed, verify?.attributes['error.type']], [true, 'KeysUnavailable']);
    const fetched = inside.find(({ name }) => name === 'fetch keys');
    assert.deepEqual(fetched?.attributes, { 'url.full': `${unreachable}keys`, 'http.response.status_code': 404 });
    const line = json(node.said()).find((one) => one.msg === 'The issuer’s keys could not be fetched');
    assert.equal(line?.trace_id, root?.traceId);
  });

  test('row 17: no token, secret or query is in what leaves, wherever a caller put it', async () => {
    const bearer = node.bearer();
    const refused = `${node.bearer().slice(0, -8)}AAAAAAAA`;
    const query = 'access_token=query-canary';
    const answers = [
      await ask(node, { bearer, path: `/v3/generatetoken?${query}` }),
      await ask(node, { bearer: refused, path: `/GenerateToken?${query}` }),
      await ask(node, { path: `/v3/generatetoken/${bearer}` }),
      await ask(node, { headers: { 'ms-correlationid': bearer.slice(0, 100), tracestate: 'a=tracestate-canary' } }),
      await ask(node, { requestId: bearer.slice(0, 90) }),
      await ask(node, { headers: { traceparent: bearer, 'user-agent': bearer } }),
      await ask(node, { method: 'PROPFIND' }),
    ];
    assert.deepEqual(
      answers.map(({ status }) => status),
      [200, 401, 404, 200, 200, 200, 405],
    );
    for (const path of ['/livez', '/readyz', '/metrics']) await fetch(`http://127.0.0.1:${node.port}${path}`);
    const last = await ask(node);
    await collector.exchange(last.requestId);
    const left = collector.bodies.join('\n');
    const [header = '', claims = '', signature = ''] = bearer.split('.');
    const issued: string = JSON.parse(last.body).access_token;
    const canaries = [claims.slice(0, 40), signature, header, issued.split('.')[1] ?? '', 'canary', 'code=1'];
    for (const canary of canaries) assert.equal(left.includes(canary), false, canary);
    const paths = collector.spans.map(({ attributes }) => attributes['url.path']);
    assert.equal(paths.includes('/livez'), false, 'only exchanges are traced');
    const methods = collector.spans.filter(({ name }) => name === 'HTTP /v3/generatetoken');
    assert.deepEqual(
      methods.map(({ attributes }) => [attributes['http.request.method'], attributes['http.request.method_original']]),
      [['_OTHER', 'PROPFIND']],
    );
  });
});

test('a wait for one’s turn is below the request that waited, and is there for no other', async () => {
  const collector = await startCollector();
  const node = await folder.start({
    tracing: { endpoint: collector.endpoint },
    limits: { atOnce: 1, perCaller: { requests: 1000 }, perAddress: { requests: 1000 } },
  });
  const alone = await ask(node);
  const together = await Promise.all(Array.from({ length: 8 }, () => ask(node)));
  assert.deepEqual([...new Set(together.map(({ status }) => status))], [200]);
  await endChild(node.child);
  const waits = async ({ requestId }: { requestId: string }) =>
    tree(await collector.exchange(requestId)).filter((line) => line.startsWith('wait'));
  assert.deepEqual(await waits(alone), []);
  const waited = (await Promise.all(together.map(waits))).filter(({ length }) => length > 0);
  assert.ok(waited.length > 0);
  for (const lines of waited) assert.deepEqual(lines, ['wait for turn < POST /v3/generatetoken']);
  await collector.close();
});

describe('a caller’s traceparent', () => {
  let collector: Collector;
  let node: ServedProduction;
  before(async () => {
    collector = await startCollector();
  });
  afterEach(async () => {
    await endChild(node.child);
  });
  after(() => collector.close());

  const traceId = '0af7651916cd43dd8448eb211c80319c';
  const spanId = 'b7ad6b7169203331';
  const sampled = { traceparent: `00-${traceId}-${spanId}-01` };
  const notSampled = { traceparent: `00-${traceId}-${spanId}-00` };
  const start = async (settings: object) => {
    node = await folder.start({ tracing: { endpoint: collector.endpoint, ...settings } });
  };
  /** What was sent by the time it has ended is all there is. */
  const rootsOf = async (requestIds: readonly string[]) => {
    await endChild(node.child);
    return requestIds.map((id) => collector.spans.find((span) => span.attributes['partner_auth.request_id'] === id));
  };

  test('by default a trace of its own links to it, and one that cannot be read counts nothing', async () => {
    await start({});
    const { requestId } = await ask(node, { headers: sampled });
    const other = await ask(node, { headers: { traceparent: `00-${traceId}-0000000000000000-01` } });
    const [root, unlinked] = await rootsOf([requestId, other.requestId]);
    assert.deepEqual([root?.parentSpanId, root?.links], [undefined, [{ traceId, spanId }]]);
    assert.notEqual(root?.traceId, traceId);
    assert.deepEqual(unlinked?.links, []);
  });

  test('by default it makes nobody keep a trace', async () => {
    await start({ sampleRatio: 0 });
    const { requestId } = await ask(node, { headers: sampled });
    assert.deepEqual(await rootsOf([requestId]), [undefined]);
  });

  test('continue: its trace goes on, and its sampled flag holds whatever the ratio', async () => {
    await start({ traceparent: 'continue', sampleRatio: 0 });
    const kept = await ask(node, { headers: sampled });
    const left = await ask(node, { headers: notSampled });
    const own = await ask(node);
    const [root, ...none] = await rootsOf([kept.requestId, left.requestId, own.requestId]);
    assert.deepEqual([root?.traceId, root?.parentSpanId, root?.links], [traceId, spanId, []]);
    assert.deepEqual(none, [undefined, undefined]);
  });
});

describe('a collector that fails delays nobody, and is told of once', () => {
  const cases: readonly (readonly [what: string, answer: CollectorAnswer | 'down', reason: string])[] = [
    ['down', 'down', 'ECONNREFUSED'],
    ['silent', () => {}, 'Request timed out'],
    ['answers 500', (outgoing) => void outgoing.writeHead(500).end('body-canary'), 'the collector answered 500'],
    [
      'answers 503',
      (outgoing) => void outgoing.writeHead(503, { 'Retry-After': '30' }).end(),
      'Export failed with retryable status',
    ],
  ];
  for (const [what, answer, reason] of cases) {
    test(what, async (t) => {
      const collector = await startCollector(answer === 'down' ? undefined : answer);
      t.after(() => collector.close());
      const node = await folder.start({ tracing: { endpoint: collector.endpoint }, drainSeconds: 1 });
      if (answer === 'down') await collector.close();
      const durations: number[] = [];
      const lost = () => json(node.said()).filter(({ msg }) => msg === 'spans were lost');
      while (lost().length === 0 && durations.length < times(40, 10_000)) {
        const began = performance.now();
        assert.equal((await exchangeAt(node, systemRandom.guid()))?.status, 200);
        durations.push(performance.now() - began);
        await setTimeout(20);
      }
      const began = performance.now();
      assert.equal(await endChild(node.child), 0);
      const seconds = secondsSince(began);
      assert.ok([reason, atTheEnd].includes(String(lost()[0]?.reason)), String(lost()[0]?.reason));
      assert.ok(lost().length <= 2, 'once, and at the end');
      const spans = lost().reduce((sum, line) => sum + Number(line.spans), 0);
      assert.equal(spans, durations.length * 4 + 1, 'each span that was lost is counted');
      assert.equal(node.said().includes('body-canary'), false);
      const slowest = Math.max(...durations);
      t.diagnostic(
        `${durations.length} exchanges, slowest ${slowest.toFixed(0)} ms; ended after ${seconds.toFixed(1)} s`,
      );
      assertWithin(2.5, slowest / 1000, 'an exchange');
      assertWithin(10, seconds, 'its end');
    });
  }
});

test('B6: what was answered before SIGTERM is sent before the end, by every worker', async () => {
  const collector = await startCollector();
  const node = await folder.start({ tracing: { endpoint: collector.endpoint }, workers: 2 });
  const ids = Array.from({ length: 40 }, () => systemRandom.guid());
  const answers = await Promise.all(ids.map((requestId) => ask(node, { requestId })));
  assert.deepEqual([...new Set(answers.map(({ status }) => status))], [200]);
  assert.equal(await endChild(node.child), 0);
  const sent = new Set(collector.spans.map((span) => span.attributes['partner_auth.request_id']));
  assert.deepEqual(
    ids.filter((id) => !sent.has(id)),
    [],
  );
  await collector.close();
});

test('more spans than the queue holds are lost at once, and counted', async () => {
  const collector = await startCollector(() => {});
  const losses: SpanLoss[] = [];
  const exported = spanExport({
    url: `${collector.endpoint}/v1/traces`,
    headers: {},
    lost: (loss) => losses.push(loss),
  });
  const provider = new TracerProvider({ spanProcessors: [exported.processor] });
  const tracer = provider.getTracer('test');
  for (let count = 0; count < 10_000; count += 1) tracer.startSpan('one').end();
  exported.end();
  assert.deepEqual(losses, [{ spans: 10_000, reason: atTheEnd }]);
  const sent = provider.shutdown().catch(() => {});
  await until('a span', () => collector.spans.length > 0);
  await collector.close();
  await sent;
  assert.ok(collector.spans.length <= 2048, 'what is kept is bounded');
});

test('without a configuration nothing of it is loaded', () => {
  const script = `
    import { registerHooks } from 'node:module';
    const urls = [];
    registerHooks({ load: (url, context, next) => { urls.push(url); return next(url, context); } });
    await import(${JSON.stringify(new URL('../../../src/server/index.ts', import.meta.url).href)});
    console.log(JSON.stringify(urls));`;
  const run = spawnSync(process.execPath, ['--input-type=module', '-e', script], { encoding: 'utf8' });
  const urls: readonly string[] = JSON.parse(run.stdout);
  assert.ok(urls.some((url) => url.endsWith('/production/compose.ts')));
  // prom-client brings the interface, which does nothing by itself.
  const packages = urls.flatMap((url) => /\/node_modules\/(@opentelemetry\/[^/]+)/.exec(url)?.[1] ?? []);
  assert.deepEqual([...new Set(packages)], ['@opentelemetry/api']);
  assert.equal(
    urls.some((url) => url.endsWith('/tracing.ts')),
    false,
  );
});
