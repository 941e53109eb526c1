import { AuthError } from '../../client/errors.ts';
import type { ServiceKeys } from '../../server/index.ts';
import type { Command, CommandResult } from '../command.ts';
import { tableText } from '../output/columns.ts';
import { configOption, serviceConfig } from './service-config.ts';

export const keys: Command = {
  description:
    'The keys the token service signs with. They turn by themselves; a new one is published an hour before it signs, so ' +
    'that every verifier knows it, and the one before stays published until its tokens are dead. Never shows a private key.',
  examples: [
    { line: 'partner-auth keys list --config service.yaml', does: 'which signs, which comes next, until when' },
    { line: 'partner-auth keys rotate --config service.yaml', does: 'makes the next one now' },
    {
      line: 'partner-auth keys remove KID --config service.yaml',
      does: 'in an emergency: what it signed verifies no more',
    },
  ],
  positionals: [
    { name: '<what>', values: ['list', 'rotate', 'remove'], description: 'what to do' },
    { name: '[kid]', description: 'which one, as list names it' },
  ],
  options: { config: configOption },
  run: async (context) => {
    const [what = '', kid] = context.positionals;
    const action = Object.hasOwn(actions, what) ? actions[what] : undefined;
    if (!action) {
      throw new AuthError('invalid_parameters', `keys cannot ${what}.`, { hint: 'Give list, rotate or remove.' });
    }
    const { config } = await serviceConfig(context);
    const { openKeys } = await import('../../server/index.ts');
    const opened = await openKeys(config);
    try {
      return await action(opened, kid);
    } finally {
      await opened.close();
    }
  },
};

const actions: Readonly<Record<string, (keys: ServiceKeys, kid: string | undefined) => Promise<CommandResult>>> = {
  list: async (opened) => ({ value: opened.list(), table: tableText(opened.list()) }),
  rotate: async (opened) => ({ value: await opened.rotate() }),
  remove: async (opened, kid) => {
    if (kid === undefined) {
      throw new AuthError('invalid_parameters', 'Give the key to remove: partner-auth keys remove KID.');
    }
    if (await opened.remove(kid)) return { value: { removed: kid } };
    throw new AuthError('nothing_found', 'There is no key of this name.', {
      hint: 'partner-auth keys list names them.',
    });
  },
};
