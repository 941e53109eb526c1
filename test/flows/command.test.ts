import assert from 'node:assert/strict';
import { before, test } from 'node:test';
import { ensureBuilt, partnerAuth } from '../support/built-command.ts';

/** The built command, as a user has it on the path, against a sandbox that it serves itself. */

before(ensureBuilt);

test('the built command finds everything it loads', async () => {
  for (const verb of ['token', 'exchange', 'decode', 'serve']) {
    const { exitCode, stderr } = await partnerAuth([verb, '--help']);
    assert.deepEqual([verb, exitCode, stderr], [verb, 0, '']);
  }
});
