import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { canonicalGuid } from '../../src/base/guid.ts';

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
