import assert from 'node:assert/strict';
import { test } from 'node:test';
import { sha256 } from '../../src/base/bytes.ts';
import { settableClock } from '../../src/base/clock.ts';
import { systemRandom } from '../../src/base/random.ts';
import { entryKey, unguessable } from '../../src/domain/index.ts';

const clock = settableClock(new Date('2026-11-22T08:00:00Z'));
const made = () => unguessable({ clock, random: systemRandom });
const digest = (text: string) => sha256(text).toString('base64url');

test('what was made later has a key that sorts behind; of one instant 256 bits differ', () => {
  const keys: string[] = [];
  for (let second = 0; second < 100; second += 1) {
    keys.push(entryKey(made()));
    clock.advance(0.001);
  }
  assert.deepEqual(keys.toSorted(), keys);
  assert.equal(new Set(Array.from({ length: 1000 }, made)).size, 1000);
});

test('the key of what is unguessable tells its instant and a digest of all of it', () => {
  const secret = made();
  const key = entryKey(secret);
  assert.equal(key, secret.slice(0, 12) + digest(secret));
  assert.equal(key.includes(secret.slice(12)), false);
  const moved = (Number.parseInt(secret.slice(0, 12), 16) + 1).toString(16).padStart(12, '0') + secret.slice(12);
  assert.notEqual(entryKey(moved).slice(12), key.slice(12));
});

for (const [name, text] of [
  ['a user code', 'BCDFGHJKL'],
  ['a token of 43 characters, as earlier versions made them', 'a'.repeat(43)],
  ['one character less', 'a'.repeat(54)],
  ['one character more', 'a'.repeat(56)],
  ['an instant of other characters', `${'A'.repeat(12)}${'a'.repeat(43)}`],
  ['other characters behind', `${'a'.repeat(54)}=`],
  ['a line break at the end', `${'a'.repeat(55)}\n`],
  ['a name in a tenant', `${'a'.repeat(12)}\n${'a'.repeat(42)}`],
] as const) {
  test(`nothing is told of other text: ${name}`, () => assert.equal(entryKey(text), digest(text)));
}

test('an instant before 1970 or beyond the twelve digits does no harm', () => {
  for (const milliseconds of [-1, -8.64e15, 8.64e15]) {
    clock.set(new Date(milliseconds));
    assert.equal(new Set([made(), made()].map(entryKey)).size, 2);
  }
});
