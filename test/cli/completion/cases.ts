import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { commands } from '../../../src/cli/commands.ts';
import { completionScripts, type ShellName } from '../../../src/cli/completion/shells.ts';
import { readGrammar } from '../../../src/cli/grammar.ts';

/** What every shell must offer: the words typed, the last one at the cursor, and the candidates in any order. */
export interface CompletionCase {
  readonly words: readonly string[];
  readonly offered: readonly string[];
}

const clouds = ['AzureCloud', 'AzureChinaCloud', 'AzureGermanCloud', 'AzurePPE', 'AzureUSGovernment'];

export const completionCases: readonly CompletionCase[] = [
  { words: [''], offered: [...Object.keys(commands), 'help'] },
  { words: ['deco'], offered: ['decode'] },
  { words: ['--output', 'json', 'deco'], offered: ['decode'] },
  { words: ['-o', 'ya'], offered: ['yaml', 'yamlc'] },
  { words: ['help', 'deco'], offered: ['decode'] },
  { words: ['token', '--environment-n'], offered: ['--environment-name'] },
  { words: ['token', '--environment', ''], offered: [...clouds, 'Sandbox'] },
  { words: ['token', '--environment', 'AZURE'], offered: clouds },
  { words: ['token', '--environment-name', 'sand'], offered: ['Sandbox'] },
  { words: ['token', '--tenant', 'contoso.com', '--certificate-th'], offered: ['--certificate-thumbprint'] },
  { words: ['token', '--client-id=x', '--service-p'], offered: ['--service-principal'] },
  { words: ['token', '--tenant', ''], offered: [] },
  { words: ['token', '--resource', ''], offered: ['partner-center', 'partner', 'graph', 'arm', 'exchange'] },
  { words: ['exchange', '--api', ''], offered: ['v3', 'legacy'] },
  { words: ['serve', '--mode', ''], offered: ['entra', 'strict'] },
  { words: ['serve', 'sandb'], offered: ['sandbox'] },
  { words: ['completion', ''], offered: ['bash', 'zsh', 'fish', 'powershell'] },
  { words: ['token', '--key-file', ''], offered: ['a b.txt', 'folder', 'key.pem'] },
  { words: ['token', '--key-file', 'k'], offered: ['key.pem'] },
  { words: ['serve', '--data-dir', ''], offered: ['folder'] },
  { words: ['decode', 'k'], offered: ['key.pem'] },
];

/** A folder with a few files, and the shell's script beside it. */
export async function completionFolder(shell: ShellName, context: { after(work: () => void): void }) {
  const root = mkdtempSync(join(tmpdir(), 'partner-auth-completion-'));
  context.after(() => rmSync(root, { recursive: true, force: true }));
  const folder = join(root, 'work');
  mkdirSync(join(folder, 'folder'), { recursive: true });
  for (const name of ['a b.txt', 'key.pem']) writeFileSync(join(folder, name), '');
  const script = join(root, `script.${shell}`);
  writeFileSync(script, completionScripts[shell](await readGrammar()));
  return { folder, script };
}

/** Candidates as they are compared: paths of folders may end with a slash. */
export const candidates = (lines: string): readonly string[] =>
  lines
    .split('\n')
    .map((line) => line.replace(/\/$/, ''))
    .filter((line) => line !== '')
    .toSorted();
