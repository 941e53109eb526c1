import { homedir } from 'node:os';
import { join } from 'node:path';

type Variables = Readonly<Record<string, string | undefined>>;

/** Where this package keeps what: the XDG folder, or Windows' own. A refresh token is state, not cache. */
export const stateFolder = (variables: Variables): string =>
  join(variables.XDG_STATE_HOME || variables.LOCALAPPDATA || join(homedir(), '.local', 'state'), 'partner-auth');

/** What a person puts there for this package: the XDG folder, or Windows' own. */
export const configFolder = (variables: Variables): string =>
  join(variables.XDG_CONFIG_HOME || variables.APPDATA || join(variables.HOME || homedir(), '.config'), 'partner-auth');

/** The sandbox's data folder, where it leaves `environment.json` and `ca.pem` for the client to find. */
export const sandboxFolder = (variables: Variables): string => join(stateFolder(variables), 'sandbox');
