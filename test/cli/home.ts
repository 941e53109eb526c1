import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { settableClock } from '../../src/base/clock.ts';
import { type Reply, start, tokenAnswer, unsigned } from '../client/wire.ts';
import { partnerAuth, type RunOptions, scratch } from './command.ts';

/** A user's folders with a key for the token store, and a command that runs in them under one clock. */
export function home(context: { after(work: () => void): void }) {
  const files = scratch(context);
  const clock = settableClock(start);
  const variables = {
    HOME: files.folder,
    XDG_STATE_HOME: join(files.folder, 'state'),
    XDG_CONFIG_HOME: join(files.folder, 'config'),
    PARTNER_AUTH_KEY_FILE: files.file('key', Buffer.alloc(32, 8).toString('base64')),
  };
  const profilesFile = join(files.folder, 'config', 'partner-auth', 'profiles.json');
  const run = (argv: readonly string[], options: RunOptions = {}) =>
    partnerAuth(argv, { clock, ...options, variables: { ...variables, ...options.variables } });
  return {
    ...files,
    clock,
    variables,
    profilesFile,
    profiles: (): unknown => (existsSync(profilesFile) ? JSON.parse(readFileSync(profilesFile, 'utf8')) : undefined),
    run,
    /** The same, and its result read as JSON. */
    json: async (argv: readonly string[], options: RunOptions = {}) => {
      const ended = await run(argv, options);
      return { ...ended, value: ended.stdout === '' ? undefined : JSON.parse(ended.stdout) };
    },
  };
}

/** A user's tokens, each answer with the next refresh token: `refresh-1`, `refresh-2`, … */
export function rotating(username = 'john.doe@contoso.com', more: object = {}): Reply {
  let given = 0;
  return () => {
    given += 1;
    const claims = { upn: username, oid: `oid-of-${username}`, tid: 'aaaabbbb-0000-cccc-1111-dddd2222eeee' };
    const access_token = unsigned({ ...claims, amr: ['pwd', 'mfa'], jti: given, exp: 2_000_000_000 });
    return tokenAnswer({ access_token, refresh_token: `refresh-${given}`, ...more });
  };
}
