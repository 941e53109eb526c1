import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { completionScripts, shellNames } from '../../../src/cli/completion/shells.ts';
import { readGrammar } from '../../../src/cli/grammar.ts';
import { partnerAuth } from '../command.ts';

describe('completion', () => {
  for (const shell of shellNames) {
    test(`${shell}: its script alone, on stdout`, async () => {
      const { exitCode, stdout, stderr } = await partnerAuth(['completion', shell.toUpperCase()]);
      assert.deepEqual([exitCode, stdout, stderr], [0, completionScripts[shell](await readGrammar()), '']);
    });
  }

  test('pwsh is PowerShell', async () => {
    const { stdout } = await partnerAuth(['completion', 'pwsh']);
    assert.equal(stdout, completionScripts.powershell(await readGrammar()));
  });

  for (const argv of [['completion', 'tcsh'], ['completion'], ['completion', 'bash', '--output', 'json']]) {
    test(`${argv.join(' ')}: exit 2`, async () => {
      const { exitCode, stdout } = await partnerAuth(argv);
      assert.deepEqual([exitCode, stdout], [2, '']);
    });
  }
});
