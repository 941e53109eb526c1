import assert from 'node:assert/strict';
import { test } from 'node:test';
import { systemRandom } from '../../src/base/random.ts';

test('row 126: 100,000 values of 16 bytes, over many refills of the reserve: none twice', () => {
  const values = Array.from({ length: 100_000 }, () => Buffer.from(systemRandom.bytes(16)).toString('hex'));
  assert.equal(new Set(values).size, values.length);
});

for (const size of [0, 1, 12, 511, 512, 513, 4096, 5000, 100_000]) {
  test(`${size} bytes are as many as asked for, the caller’s own, and not left empty`, () => {
    const first = systemRandom.bytes(size);
    const kept = Uint8Array.from(first);
    const second = systemRandom.bytes(size);
    assert.deepEqual([first.length, second.length], [size, size]);
    second.fill(7);
    assert.deepEqual(first, kept);
    if (size >= 12) assert.ok(first.some((byte) => byte !== 0));
  });
}

test('every bit of a byte comes up as often as not', () => {
  const bytes = Array.from({ length: 4000 }, () => systemRandom.bytes(7)).flatMap((some) => [...some]);
  for (let bit = 0; bit < 8; bit++) {
    const share = bytes.filter((byte) => (byte >> bit) & 1).length / bytes.length;
    assert.ok(Math.abs(share - 0.5) < 0.02, `bit ${bit}: ${share}`);
  }
});
