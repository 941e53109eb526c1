import type { CallOptions } from '../client/context.ts';
import type { Io } from './io.ts';
import { terminalSafe } from './output/terminal-safe.ts';

/** What a person is told who has to sign in; on stderr, whatever --quiet says: without it nobody could. */
export function signInPrompts({ stderr, openBrowser }: Io): Pick<CallOptions, 'openBrowser' | 'onDeviceCode'> {
  const tell = (...lines: readonly string[]) => stderr.write(lines.map((line) => `${terminalSafe(line)}\n`).join(''));
  return {
    openBrowser: async ({ url, redirectUri }) => {
      tell(`Sign in in your browser; it comes back to ${redirectUri}. If none opens, go to this address:`, `  ${url}`);
      try {
        await openBrowser(url);
      } catch (error) {
        tell(error instanceof Error ? error.message : String(error));
      }
    },
    onDeviceCode: ({ verificationUri, userCode, expiresInSeconds }) => {
      const minutes = Math.floor(expiresInSeconds / 60);
      tell(`Sign in on any device, within ${minutes} minutes: open ${verificationUri} and enter the code ${userCode}`);
    },
  };
}
