import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { after, describe, test } from 'node:test';
import { missingProgram } from '../../support/debian-program.ts';
import { candidates, completionCases, completionFolder } from './cases.ts';

const skip = missingProgram(['bash', '--version'], 'bash');
const { folder, script } = await completionFolder('bash', { after });

/** What readline does: the words in COMP_WORDS, parted at the equals sign too, and the function called. */
const program = `
  source "$1"; shift
  COMP_WORDS=("$@")
  COMP_CWORD=$(( $# - 1 ))
  _partner_auth partner-auth "\${COMP_WORDS[COMP_CWORD]}" "\${COMP_WORDS[COMP_CWORD - 1]}"
  printf '%s\\n' "\${COMPREPLY[@]}"`;

function offered(words: readonly string[]): readonly string[] {
  const parted = words.flatMap((word) => (word.startsWith('--') ? word.split(/(=)/).filter(Boolean) : [word]));
  const run = spawnSync('bash', ['--norc', '-c', program, 'bash', script, 'partner-auth', ...parted], {
    cwd: folder,
    encoding: 'utf8',
  });
  assert.equal(run.stderr, '');
  return candidates(run.stdout);
}

describe('bash offers', { skip }, () => {
  for (const { words, offered: expected } of completionCases) {
    test(words.join(' '), () => assert.deepEqual(offered(words), expected.toSorted()));
  }

  test('values behind an equals sign', () => assert.deepEqual(offered(['token', '--environment=s']), ['Sandbox']));
  test('values right behind it', () => assert.deepEqual(offered(['serve', '--mode=']), ['entra', 'strict']));
  test('nothing for a verb there is not', () => assert.deepEqual(offered(['tokn', '--']), []));
  test('files behind two dashes', () => assert.deepEqual(offered(['token', '--', 'k']), ['key.pem']));

  test('and leaves the shell as it was', () => {
    const state = 'source "$1"; COMP_WORDS=(partner-auth to); COMP_CWORD=1; _partner_auth';
    const run = spawnSync('bash', ['--norc', '-c', `${state}; shopt nocasematch`, 'bash', script], {
      encoding: 'utf8',
    });
    assert.deepEqual([run.stdout, run.stderr], ['nocasematch    \toff\n', '']);
  });
});
