import assert from 'node:assert/strict';
import { test } from 'node:test';
import { oncePer } from '../../src/base/remember.ts';

test('an object is asked about once, also where the answer is undefined; an equal one is another', () => {
  const asked: object[] = [];
  const nameOf = oncePer((subject: { readonly name?: string }) => {
    asked.push(subject);
    return subject.name;
  });
  const [named, nameless, alike] = [{ name: 'a' }, {}, { name: 'a' }];
  const subjects = [named, nameless, alike, named, nameless, alike];
  assert.deepEqual(subjects.map(nameOf), ['a', undefined, 'a', 'a', undefined, 'a']);
  assert.deepEqual(asked, [named, nameless, alike]);
});

test('what fails is asked again', () => {
  let count = 0;
  const failing = oncePer(() => {
    count += 1;
    throw new Error('no');
  });
  const subject = {};
  for (let times = 0; times < 2; times++) assert.throws(() => failing(subject));
  assert.equal(count, 2);
});
