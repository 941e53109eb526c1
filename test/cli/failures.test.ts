import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { PartnerAuthError } from '../../src/base/error.ts';
import { Secret } from '../../src/base/secret.ts';
import { failureText } from '../../src/cli/failures.ts';
import { AuthError } from '../../src/client/errors.ts';

test('a short secret does not take our own words away', () => {
  const error = new AuthError('credentials_refused', 'The secret is wrong.', { hint: 'Read CANARY-secret again.' });
  const secrets = [new Secret('wrong'), new Secret('CANARY-secret')];
  assert.equal(failureText(error, secrets, false), 'error: The secret is wrong.\n  next: Read [redacted] again.\n');
});

describe('several lines', () => {
  test('of a seed’s problems are printed as lines', () => {
    const error = new PartnerAuthError('seedInvalid', 'seed.yaml is not valid:\n  users[0]: no name\n  and 3 more');
    assert.equal(
      failureText(error, [], false),
      'error: seed.yaml is not valid:\n    users[0]: no name\n    and 3 more\n',
    );
  });

  test('of a server’s words are indented deeper than ours, and what moves the cursor is shown', () => {
    const error = new AuthError('request_refused', 'Refused: x\nnext: run this\r\n\u001b[2J', { hint: 'Ours.' });
    assert.equal(
      failureText(error, [], false),
      'error: Refused: x\n    next: run this\n    \\u001b[2J\n  next: Ours.\n',
    );
  });
});
