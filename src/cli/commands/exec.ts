import { AuthError } from '../../client/errors.ts';
import type { Command, CommandContext } from '../command.ts';
import { childEnvironment, runChild } from '../run-child.ts';
import { tokenOptions } from '../token-options.ts';
import { withToken } from './token.ts';

export const exec: Command = {
  description:
    'Runs a command with a token in its environment: PARTNER_AUTH_ACCESS_TOKEN, ' +
    'PARTNER_AUTH_EXPIRES_ON (seconds since 1970) and PARTNER_AUTH_TENANT. Our own secrets are taken out of it, and ' +
    'nothing is put on its command line. Input, output and signals are the command’s; so is the exit code, 128 and the ' +
    'signal’s number where a signal ended it, 127 where the command was not found, 126 where it cannot be run, and one of ' +
    'ours where no token was had. The token does not change while the command runs: what runs for longer than it lasts ' +
    'asks partner-auth token itself.',
  examples: [
    { line: 'partner-auth exec -- ./import-referrals.sh', does: 'with the token of the current profile' },
    {
      line: 'partner-auth exec --profile nightly --resource graph -- sh -c \'curl -H "Authorization: Bearer $PARTNER_AUTH_ACCESS_TOKEN" URL\'',
      does: 'with another',
    },
  ],
  positionals: [{ name: '[command...]', description: 'after --: the command and its arguments' }],
  options: tokenOptions,
  printsItself: true,
  run: async (context) => {
    const [command = '', ...args] = commandOf(context);
    const token = await withToken(context, undefined, (obtain) => obtain(false));
    const exitCode = await runChild(context.io, {
      command,
      args,
      variables: childEnvironment(context.io.variables, token),
    });
    return { printed: true, exitCode };
  },
};

/** Everything after `--`, and only that: an option of the command is never taken for one of ours. */
function commandOf({ io, positionals }: CommandContext): readonly string[] {
  const end = io.argv.indexOf('--');
  const command = end < 0 ? [] : io.argv.slice(end + 1);
  if (command.length > 0 && command.length === positionals.length) return command;
  throw new AuthError('invalid_parameters', 'exec takes its command after --.', {
    hint: 'For example: partner-auth exec -- printenv PARTNER_AUTH_TENANT',
  });
}
