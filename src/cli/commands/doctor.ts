import { AuthError } from '../../client/errors.ts';
import type { Command, CommandContext } from '../command.ts';
import { checks, examine, type Mode, reportText, runChecks } from '../doctor/index.ts';
import { progressOn } from '../doctor/progress.ts';
import { wantsColour } from '../output/colour.ts';
import { tokenOptions } from '../token-options.ts';

export const doctor: Command = {
  description:
    'Checks a set-up and says what to do where it is not well: runtime, cloud, proxy, network, trust, clock, tenant, token ' +
    'store, credentials, and of the token its audience, kind, MFA, permissions and lifetime. Takes the options of token; ' +
    'nobody is asked to sign in. It ends with the exit code of the first check that failed.',
  examples: [
    { line: 'partner-auth doctor', does: 'this machine and the way to Microsoft' },
    {
      line: 'partner-auth doctor --tenant contoso.com --application-id ID --client-secret-file secret.txt',
      does: 'and whether a token comes, and what it is good for',
    },
    {
      line: 'partner-auth doctor --access-token-file token.txt --live',
      does: 'a token you have, tried at Partner Center',
    },
    { line: 'partner-auth doctor --query "checks[?state==\'failed\']"', does: 'only what failed' },
  ],
  options: {
    offline: { description: 'look at this machine alone; nothing goes over the network' },
    live: {
      description: 'use the token for one call to Partner Center that changes nothing, and ask whether its MFA passes',
    },
    exchange: { description: 'exchange the token once (Generate access token v3)' },
    ...tokenOptions,
  },
  run: async (context) => {
    const mode = modeOf(context);
    const { io } = context;
    const examination = examine(context, mode);
    const progress = showsProgress(context) ? progressOn(io.stderr, checks.length) : undefined;
    try {
      const { results, exitCode } = await runChecks(examination, checks, progress?.ended);
      const table = reportText(results, wantsColour(io.variables, io.stdout));
      return { value: { checks: results }, table, exitCode };
    } finally {
      progress?.clear();
      await examination.close();
    }
  },
};

/** Unless something else is to be told on the same terminal. */
const showsProgress = ({ io, values }: CommandContext): boolean =>
  io.stderr.isTerminal && values.quiet !== true && values.verbose !== true && values.debug !== true;

function modeOf({ values }: CommandContext): Mode {
  const mode = { offline: values.offline === true, live: values.live === true, exchange: values.exchange === true };
  if (!mode.offline || !(mode.live || mode.exchange)) return mode;
  throw new AuthError('invalid_parameters', `--offline does not go with ${mode.live ? '--live' : '--exchange'}.`);
}
