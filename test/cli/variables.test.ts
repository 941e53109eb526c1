import assert from 'node:assert/strict';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { variables } from '../../src/cli/variables.ts';

const source = join(import.meta.dirname, '../../src');

/** What `--output env` and `exec` write for others to read. */
const written = ['PARTNER_AUTH_ACCESS_TOKEN', 'PARTNER_AUTH_EXPIRES_ON'];

test('every variable of ours that the command names is told in help and the manual page (src/cli/variables.ts)', () => {
  const told = new Set([...variables.flatMap(({ names }) => names), ...written]);
  const files = ['cli', 'client', 'base'].flatMap((folder) =>
    readdirSync(join(source, folder), { recursive: true, encoding: 'utf8' })
      .filter((name) => name.endsWith('.ts'))
      .map((name) => join(source, folder, name)),
  );
  const named = files.flatMap((file) => readFileSync(file, 'utf8').match(/\bPARTNER_AUTH_[A-Z_]+[A-Z]\b/g) ?? []);
  assert.deepEqual(
    [...new Set(named)].filter((name) => !told.has(name)),
    [],
  );
});
