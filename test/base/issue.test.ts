import assert from 'node:assert/strict';
import { test } from 'node:test';
import { z } from 'zod';
import { firstIssue } from '../../src/base/issue.ts';

const cases = [
  ['an empty text', z.string().min(1), '', 'must not be empty.'],
  ['a short text', z.string().min(8), 'a', 'must have at least 8 characters.'],
  ['a long text', z.string().max(2), 'abc', 'must have at most 2 characters.'],
  ['an empty list', z.array(z.int()).min(1), [], 'must not be empty.'],
  ['a long list', z.array(z.int()).max(2), [1, 2, 3], 'must have at most 2 items.'],
  ['a small number', z.int().min(1), 0, 'must be at least 1.'],
  ['a great number', z.int().max(300), 301, 'must be at most 300.'],
  ['a number that is to be positive', z.number().positive(), 0, 'must be more than 0.'],
  ['a text in the place of a number', z.int(), 'a', 'must be a number.'],
  ['a fraction in the place of a whole number', z.int(), 1.5, 'must be a whole number.'],
  ['none of the names', z.enum(['on', 'off']), 'up', 'must be on, or off.'],
] as const;
for (const [what, schema, value, sentence] of cases) {
  test(`${what}: ${sentence}`, () => {
    const parsed = z.object({ member: schema }).safeParse({ member: value });
    assert.deepEqual(parsed.error && firstIssue(parsed.error), { place: 'member', sentence });
  });
}

test('what is not there is required', () => {
  const parsed = z.object({ member: z.string() }).safeParse({});
  assert.deepEqual(parsed.error && firstIssue(parsed.error), { place: 'member', sentence: 'is required.' });
});
