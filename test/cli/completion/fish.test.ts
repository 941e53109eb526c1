import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { dirname } from 'node:path';
import { after, describe, test } from 'node:test';
import { missingProgram } from '../../support/debian-program.ts';
import { candidates, completionCases, completionFolder } from './cases.ts';

const skip = missingProgram(['fish', '--version'], 'fish');
const { folder, script } = await completionFolder('fish', { after });

function offered(words: readonly string[]): readonly string[] {
  const line = ['partner-auth', ...words].join(' ');
  const run = spawnSync('fish', ['--no-config', '-c', 'source $argv[1]; complete -C $argv[2]', script, line], {
    cwd: folder,
    encoding: 'utf8',
    env: { ...process.env, HOME: dirname(script), XDG_CONFIG_HOME: dirname(script) },
  });
  assert.equal(run.stderr, '');
  return candidates(run.stdout.replace(/\t.*$/gm, ''));
}

describe('fish offers', { skip }, () => {
  for (const { words, offered: expected } of completionCases) {
    test(words.join(' '), () => assert.deepEqual(offered(words), expected.toSorted()));
  }
});
