import assert from 'node:assert/strict';
import { test } from 'node:test';
import { subscriberOf } from '../../src/base/subscriber.ts';

const cases = [
  ['192.0.2.1', '192.0.2.1'],
  ['::ffff:192.0.2.1', '192.0.2.1'],
  ['::FFFF:192.0.2.1', '192.0.2.1'],
  ['2001:db8:1:2:3:4:5:6', '2001:db8:1:2::/64'],
  ['2001:db8:1:2:ffff::', '2001:db8:1:2::/64'],
  ['2001:0DB8:1:02::7', '2001:db8:1:2::/64'],
  ['2001:db8::', '2001:db8:0:0::/64'],
  ['2001:db8::1:2:3:4:5', '2001:db8:0:1::/64'],
  ['::1', '0:0:0:0::/64'],
  ['fe80::1%eth0', 'fe80:0:0:0::/64'],
  ['', ''],
] as const;
for (const [address, subscriber] of cases) {
  test(`row 86: ${address || 'no address'} is ${subscriber || 'nobody'}`, () =>
    assert.equal(subscriberOf(address), subscriber));
}
