import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { carrierOf, giveBack } from '../../src/client/answer-carrier.ts';

describe('what an answer is read from', () => {
  test('is used again, and holds nothing of the answer before', async () => {
    const first = carrierOf({ access_token: 'one', id_token: 'secret' });
    assert.deepEqual(await first.response.json(), { access_token: 'one', id_token: 'secret' });
    giveBack(first);
    assert.deepEqual(await first.response.json(), {});
    const second = carrierOf({ access_token: 'two' });
    assert.equal(second, first);
    assert.deepEqual(await second.response.json(), { access_token: 'two' });
  });

  test('is another for each of two side by side', async () => {
    const [one, other] = [carrierOf({ access_token: 'one' }), carrierOf({ access_token: 'two' })];
    assert.deepEqual(
      [await one.response.json(), await other.response.json()],
      [{ access_token: 'one' }, { access_token: 'two' }],
    );
  });
});
