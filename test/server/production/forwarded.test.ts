import assert from 'node:assert/strict';
import { test } from 'node:test';
import { networksOf } from '../../../src/server/production/config-schema.ts';
import { callerAddress } from '../../../src/server/production/forwarded.ts';
import { httpRequest } from '../../support/exchange-request.ts';

const trusted = networksOf(['10.0.0.0/8', 'fd00::/8', '192.0.2.7']);
const address = (remoteAddress: string, ...forwarded: string[]): string => {
  const request = httpRequest({});
  return callerAddress(trusted, {
    ...request,
    remoteAddress,
    headers: (name) => (name === 'x-forwarded-for' ? forwarded : []),
  });
};

test('row 86: X-Forwarded-For counts from trusted proxies alone', () => {
  assert.equal(address('203.0.113.5', '198.51.100.1'), '203.0.113.5');
  assert.equal(address('10.1.2.3', '198.51.100.1'), '198.51.100.1');
  assert.equal(address('::ffff:10.1.2.3', '198.51.100.1'), '198.51.100.1');
  assert.equal(address('::ffff:203.0.113.5', '198.51.100.1'), '203.0.113.5');
  assert.equal(address('10.1.2.3', '::ffff:198.51.100.1'), '198.51.100.1');
  assert.equal(address('192.0.2.7', '2001:db8::1'), '2001:db8::1');
  assert.equal(address('192.0.2.8', '2001:db8::1'), '192.0.2.8');
});

test('row 86: what a caller wrote before the proxy is not believed', () => {
  assert.equal(address('10.1.2.3', '1.1.1.1, 198.51.100.1'), '198.51.100.1');
  assert.equal(address('10.1.2.3', '1.1.1.1', '198.51.100.1'), '198.51.100.1');
  assert.equal(address('10.1.2.3', '1.1.1.1, 198.51.100.1, 10.9.9.9'), '198.51.100.1');
  assert.equal(address('10.1.2.3', '198.51.100.1, nonsense'), '10.1.2.3');
});

test('row 86: a port that a proxy writes with the address is not part of it', () => {
  assert.equal(address('10.1.2.3', '1.1.1.1, 198.51.100.1:51234'), '198.51.100.1');
  assert.equal(address('10.1.2.3', '198.51.100.1:51234, 10.9.9.9:443'), '198.51.100.1');
  assert.equal(address('10.1.2.3', '[2001:db8::1]:51234'), '2001:db8::1');
  assert.equal(address('10.1.2.3', '[2001:db8::1]'), '2001:db8::1');
  assert.equal(address('10.1.2.3', '198.51.100.1:nonsense'), '10.1.2.3');
});

test('without a word of the proxy it is the proxy itself', () => {
  assert.equal(address('10.1.2.3'), '10.1.2.3');
  assert.equal(address('10.1.2.3', ''), '10.1.2.3');
  assert.equal(address('10.1.2.3', '10.7.7.7, 10.8.8.8'), '10.7.7.7');
});
