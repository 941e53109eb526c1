import assert from 'node:assert/strict';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import type { IncomingMessage } from 'node:http';
import { get } from 'node:https';
import { describe, test } from 'node:test';
import { startSandbox } from '../../src/testing/index.ts';

const now = new Date('2027-03-01T12:00:00.900Z');
const path = '/common/v2.0/.well-known/openid-configuration';

describe('row 33: the time that answers say is the sandbox’s', () => {
  test('in this process', async () => {
    await using sandbox = await startSandbox({ now });
    const date = async () => (await sandbox.fetch(sandbox.url + path)).headers.get('date');
    assert.equal(await date(), 'Mon, 01 Mar 2027 12:00:00 GMT');
    sandbox.clock.advance(0.2);
    assert.equal(await date(), 'Mon, 01 Mar 2027 12:00:01 GMT');
    sandbox.clock.advance(-3600);
    assert.equal(await date(), 'Mon, 01 Mar 2027 11:00:01 GMT');
  });

  test('over a socket, once', async () => {
    await using sandbox = await startSandbox({ now, port: 0 });
    const ca = readFileSync(sandbox.caFile ?? '');
    const [answer] = (await once(get(sandbox.url + path, { ca, agent: false }), 'response')) as [IncomingMessage];
    const { rawHeaders } = answer.resume();
    const dates = rawHeaders.filter((_, index) => rawHeaders[index - 1]?.toLowerCase() === 'date');
    assert.deepEqual(dates, ['Mon, 01 Mar 2027 12:00:00 GMT']);
  });
});
