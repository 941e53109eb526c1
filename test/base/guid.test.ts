import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { canonicalGuid, isGuid, timeOrderedGuid } from '../../src/base/guid.ts';
import { systemRandom } from '../../src/base/random.ts';

const guid = '0a1b2c3d-4e5f-6071-8293-a4b5c6d7e8f9';
const digits = guid.replaceAll('-', '');

describe('row 69: one spelling for every spelling of a GUID', () => {
  for (const text of [guid, guid.toUpperCase(), `{${guid}}`, `(${guid})`, digits, digits.toUpperCase()]) {
    test(text, () => assert.equal(canonicalGuid(text), guid));
  }
  for (const text of [
    `{${guid}`,
    `(${guid}}`,
    `{${digits}}`,
    `${guid}0`,
    ` ${guid}`,
    `${guid}\n`,
    '',
    'a',
    guid.replace('-', ''),
    '-'.repeat(36),
  ]) {
    test(`${JSON.stringify(text)} is no GUID and stays`, () => assert.equal(canonicalGuid(text), text));
  }
});

test('a time-ordered GUID is of version 7, and what was made later sorts behind', () => {
  // RFC 9562, appendix A.6: 2022-02-22 14:22:22.00 GMT-05:00.
  const made = timeOrderedGuid(new Date('2022-02-22T19:22:22Z'), {
    guid: () => 'aaaaaaaa-bbbb-4cc3-98c4-dc0c0c07398f',
  });
  assert.equal(made, '017f22e2-79b0-7cc3-98c4-dc0c0c07398f');
  const instants = ['1970-01-01T00:00:00.000Z', '2026-11-22T08:00:00.000Z', '2026-11-22T08:00:00.001Z', '9999-12-31'];
  const ordered = instants.map((instant) => timeOrderedGuid(new Date(instant), systemRandom));
  assert.deepEqual(ordered.toSorted(), ordered);
  const beyond = [-8.64e15, -1, 2 ** 48, 8.64e15].map((instant) => timeOrderedGuid(new Date(instant), systemRandom));
  for (const guid of [...ordered, ...beyond]) assert.ok(isGuid(guid), guid);
});
