import assert from 'node:assert/strict';
import { test } from 'node:test';
import { longestPage, pageOf } from '../../src/domain/index.ts';

const people = ['carol', 'Alice', 'bob', 'ALBERT'];
const namesOf = (name: string) => [name, `${name}@contoso.com`] as const;

const pages = [
  [{}, ['ALBERT', 'Alice', 'bob', 'carol'], 4],
  [{ search: ' AL ' }, ['ALBERT', 'Alice'], 2],
  [{ search: 'bob@' }, ['bob'], 1],
  [{ search: '.*' }, [], 0],
  [{ top: 2 }, ['ALBERT', 'Alice'], 4],
  [{ skip: 3, top: 2 }, ['carol'], 4],
  [{ skip: 9 }, [], 4],
  [{ top: 0 }, [], 4],
] as const;
for (const [order, items, total] of pages) {
  test(JSON.stringify(order), () => {
    assert.deepEqual(pageOf(people, namesOf, order), { items, total });
  });
}

test('a page has at most so many', () => {
  const many = Array.from({ length: longestPage + 1 }, (_, index) => `u${index}`);
  assert.equal(pageOf(many, namesOf, { top: 10_000 }).items.length, longestPage);
});
