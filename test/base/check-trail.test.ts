import assert from 'node:assert/strict';
import { test } from 'node:test';
import { CheckTrail } from '../../src/base/check-trail.ts';

const checks = { first: 'One', second: 'Two', third: 'Three' } as const;
const results = (trail: CheckTrail) => trail.judged().map(({ name, result }) => `${name} ${result}`);

test('the first check that was not passed is the one that refused; those behind it were not reached', () => {
  const trail = new CheckTrail(checks);
  assert.deepEqual(results(trail), ['first stopped', 'second notReached', 'third notReached']);
  trail.passed('first');
  assert.deepEqual(results(trail), ['first passed', 'second stopped', 'third notReached']);
  trail.passed('second');
  trail.passed('third');
  assert.deepEqual(results(trail), ['first passed', 'second passed', 'third passed']);
});

test('what was found stands beside its check, and only where something was', () => {
  const trail = new CheckTrail(checks);
  trail.passed('first', 'Contoso');
  trail.passed('second');
  assert.deepEqual(trail.judged(), [
    { name: 'first', about: 'One', result: 'passed', finding: 'Contoso' },
    { name: 'second', about: 'Two', result: 'passed' },
    { name: 'third', about: 'Three', result: 'stopped' },
  ]);
});
