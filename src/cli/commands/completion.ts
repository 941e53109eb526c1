import { AuthError } from '../../client/errors.ts';
import type { Command } from '../command.ts';
import { completionScripts, type ShellName, shellNames } from '../completion/shells.ts';
import { readGrammar } from '../grammar.ts';

export const completion: Command = {
  description:
    'Prints a script by which the shell completes verbs, options and their values. It holds everything it needs; ' +
    'print it anew after an update.',
  examples: [
    { line: 'source <(partner-auth completion bash)', does: 'bash, in ~/.bashrc' },
    { line: 'source <(partner-auth completion zsh)', does: 'zsh, in ~/.zshrc after compinit' },
    { line: 'partner-auth completion fish > ~/.config/fish/completions/partner-auth.fish', does: 'fish, once' },
    { line: 'partner-auth completion powershell | Out-String | Invoke-Expression', does: 'PowerShell, in $PROFILE' },
  ],
  positionals: [{ name: '<shell>', values: shellNames, description: 'the shell' }],
  options: {},
  printsItself: true,
  run: async ({ io, positionals }) => {
    const script = completionScripts[shellOf(positionals[0])](await readGrammar());
    io.stdout.write(script);
    return { printed: true };
  },
};

/** PowerShell's program is called pwsh. */
function shellOf(given: string | undefined): ShellName {
  const name = given?.toLowerCase() === 'pwsh' ? 'powershell' : given?.toLowerCase();
  const shell = shellNames.find((each) => each === name);
  if (shell) return shell;
  throw new AuthError('invalid_parameters', 'There is completion for no such shell.', {
    hint: `Give one of ${shellNames.join(', ')}.`,
  });
}
