import assert from 'node:assert/strict';
import { test } from 'node:test';
import { operationsHandler } from '../../src/token-service/index.ts';
import { httpRequest } from '../support/exchange-request.ts';

const ring = { current: () => assert.fail(), find: () => undefined, published: () => [] };

/** Many who ask at once, and how often it was looked. */
async function askedAtOnce(path: string) {
  let looks = 0;
  const look = async () => {
    looks += 1;
    await new Promise(setImmediate);
    if (looks > 1) throw new Error('the store is gone');
    return 'figures';
  };
  const { handler } = operationsHandler({
    keys: ring,
    keysMaximumAgeSeconds: 3600,
    ready: async () => void (await look()),
    metrics: look,
    version: '1',
  });
  const ask = () => handler({ ...httpRequest({}), method: 'GET', path });
  const answers = await Promise.all(Array.from({ length: 1000 }, ask));
  const statuses = [...new Set(answers.map(({ status }) => status))];
  return { ask, statuses, looks };
}

for (const path of ['/readyz', '/metrics']) {
  test(`whoever asks for ${path} while it is looked shares what is found: a flood of them costs one look at a time`, async () => {
    const { statuses, looks } = await askedAtOnce(path);
    assert.deepEqual([statuses, looks], [[200], 1]);
  });
}

test('what was found is not kept: whoever asks afterwards hears how it is now', async () => {
  const { ask, statuses } = await askedAtOnce('/readyz');
  assert.deepEqual([statuses, (await ask()).status], [[200], 503]);
});
