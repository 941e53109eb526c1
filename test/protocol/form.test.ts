import assert from 'node:assert/strict';
import { test } from 'node:test';
import { decodeForm } from '../../src/protocol/form.ts';
import { processorSeconds } from '../support/times.ts';

const read: readonly (readonly [name: string, text: string, fields: Readonly<Record<string, string>>])[] = [
  ['line breaks before each & and at the end', 'a=1\r\n&b=2\n\n&c=3\r\n', { a: '1', b: '2', c: '3' }],
  ['line breaks at the beginning', '\n&a=1', { a: '1' }],
  ['a line break inside a value stays', 'a=1\n2&b=3', { a: '1\n2', b: '3' }],
  ['nothing but line breaks', '\r\n\r\n', {}],
];

for (const [name, text, fields] of read) {
  test(name, () => assert.deepEqual(Object.fromEntries(decodeForm(text)), fields));
}

test('as many line breaks as a body may hold cost no time', () => {
  for (const text of [`a=${'\r\n'.repeat(32_000)}x`, `${'\n&'.repeat(900)}${'\n'.repeat(60_000)}x`]) {
    const seconds = processorSeconds(() => decodeForm(text));
    assert.ok(seconds < 0.1, `${seconds} s`);
  }
});
