import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { decodeEnvironmentFile, encodeEnvironmentFile } from '../../src/protocol/environment-file.ts';

test('what is written is read again', () => {
  const file = fc.record(
    {
      url: fc.constantFrom('https://localhost:8443', 'http://127.0.0.1:9000'),
      caFile: fc.string({ minLength: 1 }),
      mode: fc.constantFrom('entra' as const, 'strict' as const),
    },
    { requiredKeys: ['url'] },
  );
  fc.assert(
    fc.property(file, (one) => assert.deepEqual(decodeEnvironmentFile(encodeEnvironmentFile(one)), { ...one })),
  );
});

test('a mode nobody knows is none: refresh tokens are then taken to rotate', () => {
  const text = JSON.stringify({ url: 'https://localhost:8443', mode: 'lenient' });
  assert.deepEqual(decodeEnvironmentFile(text), { url: 'https://localhost:8443' });
});
