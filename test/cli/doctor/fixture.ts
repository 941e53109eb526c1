import { settableClock } from '../../../src/base/clock.ts';
import { systemRandom } from '../../../src/base/random.ts';
import { Secret } from '../../../src/base/secret.ts';
import type { CommandContext } from '../../../src/cli/command.ts';
import type { Check, Finding } from '../../../src/cli/doctor/check.ts';
import { findingOf } from '../../../src/cli/doctor/check.ts';
import { type Examination, examine, type Mode } from '../../../src/cli/doctor/examination.ts';
import type { Host } from '../../../src/cli/doctor/hosts.ts';
import type { CheckResult } from '../../../src/cli/doctor/run-checks.ts';
import type { ExaminedToken } from '../../../src/cli/doctor/token.ts';
import type { Keyring } from '../../../src/cli/keyring.ts';
import type { OptionValues } from '../../../src/cli/options.ts';
import type { CallOptions } from '../../../src/client/context.ts';
import { readTokenClaims } from '../../../src/client/token-claims.ts';
import { type Environment, environments } from '../../../src/index.ts';
import { start, unsigned } from '../../client/wire.ts';

/** What a check looks at, in hand: options, variables, a token that nobody had to ask for. */
export interface Given {
  readonly values?: OptionValues;
  readonly variables?: Readonly<Record<string, string>>;
  readonly mode?: Partial<Mode>;
  readonly fetch?: typeof fetch;
  readonly environment?: Environment;
  readonly hosts?: readonly Host[];
  readonly call?: CallOptions;
  readonly keyring?: Keyring;
  /** What standard input holds: once, as a pipe. */
  readonly stdin?: string;
  /** Of a token that is there. */
  readonly claims?: object;
  readonly token?: Partial<ExaminedToken>;
}

export function examination(given: Given = {}): Examination {
  const clock = settableClock(start);
  const stdin = given.stdin === undefined ? [] : [given.stdin];
  const sink = { isTerminal: false, write: () => {} };
  const context: CommandContext = {
    io: {
      argv: [],
      variables: given.variables ?? {},
      stdout: sink,
      stderr: sink,
      stdin: { isTerminal: true, read: async () => stdin.splice(0).join(''), pieces: async function* () {} },
      prompt: undefined,
      openBrowser: async () => {},
      keyring: given.keyring,
      clock,
      random: systemRandom,
      fetch: given.fetch,
      sleep: async () => {},
      signal: undefined,
    },
    values: given.values ?? {},
    positionals: [],
    warn: () => {},
    call: { clock, random: systemRandom, fetch: given.fetch, sleep: async () => {}, ...given.call },
    secrets: [],
    tokens: async () => undefined,
  };
  const environment = given.environment ?? environments.AzureCloud;
  const { hosts } = given;
  return examine(
    context,
    { offline: false, live: false, exchange: false, ...given.mode },
    {
      environment: async () => ({ resolved: { environment }, ca: undefined }),
      ...(hosts ? { hosts: async () => hosts } : {}),
      ...(given.claims || given.token
        ? { token: async () => ({ ...tokenOf(given.claims ?? {}), ...given.token }) }
        : {}),
    },
  );
}

function tokenOf(claims: object): ExaminedToken {
  const text = unsigned({ aud: 'https://api.partnercenter.microsoft.com', ...claims });
  const read = readTokenClaims(text);
  return {
    accessToken: new Secret(text),
    claims: read,
    expiresOn: read?.expiresOn,
    plan: undefined,
    from: 'given',
    noRefreshToken: undefined,
    warnings: [],
  };
}

/** The answer of one check, as the command would have it. */
export async function findingBy(check: Check, given: Given = {}): Promise<Finding> {
  try {
    return await check.run(examination(given));
  } catch (error) {
    return findingOf(error);
  }
}

/** Found and state alone: for tables. */
export const told = ({ state, found }: Finding | CheckResult): readonly [string, string] => [state, found];
