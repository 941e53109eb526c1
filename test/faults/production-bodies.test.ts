import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { connect } from 'node:net';
import { after, describe, test } from 'node:test';
import { setTimeout } from 'node:timers/promises';
import { systemRandom } from '../../src/base/random.ts';
import { percentile } from '../support/figures.ts';
import { figureOf, memoryOf, servingProcesses } from '../support/node-process.ts';
import { keepLedger } from '../support/production-ledger.ts';
import { statusesOf } from '../support/raw-socket.ts';
import { productionFolder, type ServedProduction } from '../support/served-production.ts';
import { times } from '../support/times.ts';

/** Bodies nobody needs, many at once, of callers whose bearer is good: the size and shape of a body are looked at last. */

const parallel = times(50, 200);
const kibibyte = 1024;

const headersOf = ({ bearer }: ServedProduction, contentType: string, framing: string): string =>
  `POST /v3/generatetoken HTTP/1.1\r\nHost: a\r\nAuthorization: Bearer ${bearer()}\r\nAccept: application/json\r\n` +
  `Content-Type: ${contentType}\r\nms-requestid: ${systemRandom.guid()}\r\n${framing}\r\n\r\n`;

const piece = Buffer.alloc(16 * kibibyte, 'a');
const chunk = Buffer.concat([Buffer.from(`${piece.length.toString(16)}\r\n`), piece, Buffer.from('\r\n')]);

/** Sends on and on until the node closes the connection, or all is sent; answers with what it was told. */
async function pour(port: number, headers: string, { bytes, each }: { bytes: number; each: Buffer }): Promise<string> {
  const socket = connect(port, '127.0.0.1').setEncoding('latin1');
  let told = '';
  socket.on('data', (text: string) => {
    told += text;
  });
  socket.on('error', () => {});
  const closed = new Promise((resolve) => socket.once('close', resolve));
  socket.write(headers);
  let sent = 0;
  const pump = () => {
    while (sent < bytes && socket.writable) {
      sent += each.length;
      if (!socket.write(each)) return void socket.once('drain', pump);
    }
  };
  pump();
  await closed;
  return told;
}

/** Bytes its processes have read, of files and sockets. */
const bytesRead = (node: ServedProduction): number =>
  servingProcesses(node).reduce(
    (sum, pid) => sum + Number(/^rchar: (\d+)$/m.exec(readFileSync(`/proc/${pid}/io`, 'utf8'))?.[1]),
    0,
  );

for (const workers of [1, 2]) {
  describe(`${workers} of workers`, async () => {
    const folder = await productionFolder();
    const node = await folder.start({ workers });
    const processes = servingProcesses(node);
    after(() => folder.remove());
    const warm = keepLedger({ after }, [node]);
    await warm.answered(200);
    await warm.settle();

    for (const [name, framing, body] of [
      ['10 MB', 'Content-Length: 10485760', { bytes: 10_485_760, each: piece }],
      ['endless', 'Transfer-Encoding: chunked', { bytes: Number.POSITIVE_INFINITY, each: chunk }],
    ] as const) {
      test(`rows 77, B20: ${parallel} bodies at once, ${name}: refused after 64 KiB, ${workers} of workers`, async (t) => {
        await figureOf(node, 'nodejs_eventloop_lag_p99_seconds');
        const [memoryBefore, readBefore] = [memoryOf(node), bytesRead(node)];
        let memoryMost = memoryBefore;
        const watch = setInterval(() => {
          memoryMost = Math.max(memoryMost, memoryOf(node));
        }, 50);
        t.after(() => clearInterval(watch));
        const told = await Promise.all(
          Array.from({ length: parallel }, () => pour(node.port, headersOf(node, 'application/json', framing), body)),
        );
        const readOfEach = (bytesRead(node) - readBefore) / parallel / kibibyte;
        const lag = await figureOf(node, 'nodejs_eventloop_lag_p99_seconds');
        const statuses = told.flatMap(statusesOf);
        t.diagnostic(
          `${parallel} refused, ${statuses.length} of them read why; ${readOfEach.toFixed(0)} KiB read of each`,
        );
        t.diagnostic(
          `memory +${(memoryMost - memoryBefore).toFixed(0)} MB; event loop p99 ${(lag * 1000).toFixed(0)} ms`,
        );
        assert.deepEqual([...new Set(statuses)], [400]);
        assert.ok(statuses.length >= parallel * 0.9, `${statuses.length} of ${parallel} heard why`);
        assert.ok(readOfEach < 256, `${readOfEach} KiB of each`);
        assert.ok(memoryMost - memoryBefore < times(60, 20 * workers), `${memoryMost - memoryBefore} MB`);
        assert.deepEqual(servingProcesses(node), processes);
      });
    }

    test(`rows 76, 77, B21: XML that is meant to be costly, ${parallel} of each at once, ${workers} of workers`, async (t) => {
      for (const [name, xml] of Object.entries(costlyXml)) {
        const [slowBefore, allBefore] = await served(node);
        const answers = await Promise.all(Array.from({ length: parallel }, () => refusedXml(node, xml)));
        const [slow, all] = await served(node);
        assert.deepEqual([...new Set(answers.map(({ status }) => status))], [400], name);
        const milliseconds = answers.map((one) => one.milliseconds);
        const share = (1 - (slow - slowBefore) / (all - allBefore)) * 100;
        t.diagnostic(
          `${name}: ${parallel} × 400, ${share.toFixed(0)} % within 10 ms of service, p99 ${percentile(milliseconds, 0.99).toFixed(0)} ms with the wait`,
        );
        assert.equal(all - allBefore, parallel);
        assert.ok(share >= times(30, 80), `${name}: ${share} % within 10 ms`);
      }
      assert.deepEqual(servingProcesses(node), processes);
      const after = keepLedger(t, [node]);
      await after.answered(20);
      await after.settle();
      node.child.kill('SIGTERM');
      assert.equal(await node.ended, 0);
    });
  });
}

const filled = (text: string, length: number): string => text.repeat(Math.ceil(length / text.length)).slice(0, length);
const within = 65_000;
const root = (inside: string, attributes = '') =>
  `<GenerateTokenRequest${attributes}><grant_type>${inside}</grant_type></GenerateTokenRequest>`;

/** Each within the limit of a body's size, so that the parser meets it. */
const costlyXml: Readonly<Record<string, string>> = {
  depth: filled('<a>', within),
  'closed depth': `${'<a>'.repeat(9000)}${'</a>'.repeat(9000)}`,
  entities: `<!DOCTYPE a [<!ENTITY a0 "${'x'.repeat(1000)}">${Array.from({ length: 50 }, (_, index) => `<!ENTITY a${index + 1} "${`&a${index};`.repeat(10)}">`).join('')}]>${root('&a50;')}`,
  'an external entity': `<!DOCTYPE a [<!ENTITY x SYSTEM "file:///etc/passwd">]>${root('&x;')}`,
  'numeric references': root('&#97;'.repeat(12_900)),
  attributes: root('jwt_token', Array.from({ length: 6000 }, (_, index) => ` a${index}="1"`).join('')),
  'a long name': `<${'a'.repeat(within)}/>`,
  'a long text': root('a'.repeat(within)),
  comments: `${'<!---->'.repeat(9000)}${root('x')}`,
  sections: root('<![CDATA[]]>'.repeat(5000)),
};

/** Exchanges served in more than 10 ms, and all of them. */
async function served(node: ServedProduction): Promise<readonly [slow: number, all: number]> {
  const fast = await figureOf(node, 'partner_auth_exchange_duration_seconds_bucket', 'le="0.01"');
  const all = await figureOf(node, 'partner_auth_exchange_duration_seconds_count');
  return [all - fast, all];
}

async function refusedXml({ port, bearer }: ServedProduction, body: string) {
  const began = performance.now();
  const response = await fetch(`http://127.0.0.1:${port}/v3/generatetoken`, {
    method: 'POST',
    headers: {
      authorization: `Bearer ${bearer()}`,
      accept: 'application/xml',
      'content-type': 'application/xml',
      'ms-requestid': systemRandom.guid(),
    },
    body,
  });
  await response.text();
  return { status: response.status, milliseconds: performance.now() - began };
}

// What follows a refusal on its connection is not taken for another request.
test('the connection of a body that was not read is closed', async (t) => {
  const folder = await productionFolder();
  t.after(() => folder.remove());
  const node = await folder.start();
  const headers = headersOf(node, 'application/json', 'Content-Length: 10485760');
  const told = await pour(node.port, headers, {
    bytes: 10_485_760,
    each: Buffer.from('GET /livez HTTP/1.1\r\nHost: a\r\n\r\n'),
  });
  await setTimeout(100);
  assert.ok(statusesOf(told).length <= 1);
});
