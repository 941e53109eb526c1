import assert from 'node:assert/strict';
import { test } from 'node:test';
import { partnerAuth } from './command.ts';

test('serve lists the options it has: its own --output, and no --query', async () => {
  const { exitCode, stdout } = await partnerAuth(['serve', '--help']);
  assert.equal(exitCode, 0);
  assert.deepEqual(
    [
      stdout.includes('--query'),
      stdout.includes('exec-credential'),
      stdout.includes('one line on stdout when ready, for scripts:'),
    ],
    [false, false, true],
  );
  assert.ok(stdout.includes('--verbose') && stdout.includes('--quiet'));
});

for (const argv of [
  ['serve', 'sandbox', '--query', 'url'],
  ['--query', 'url', 'serve', 'sandbox'],
]) {
  test(`${argv.join(' ')} is refused`, async () => {
    const { exitCode, stdout, stderr } = await partnerAuth(argv);
    assert.deepEqual([exitCode, stdout], [2, '']);
    assert.ok(stderr.includes("unknown option '--query'"), stderr);
  });
}
