import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { settableClock } from '../../src/base/clock.ts';
import { systemRandom } from '../../src/base/random.ts';
import { Secret } from '../../src/base/secret.ts';
import type { TextSink } from '../../src/cli/io.ts';
import type { Keyring } from '../../src/cli/keyring.ts';
import { run } from '../../src/cli/main.ts';
import { fakeWire, type Reply, start, tokenAnswer } from '../client/wire.ts';
import { noConfigFolder } from '../support/child.ts';

/** The command run in this process, with everything it touches in hand. */
export interface RunOptions {
  readonly variables?: Readonly<Record<string, string>>;
  readonly stdin?: string;
  readonly terminal?: boolean;
  /** What is answered to a prompt; undefined: there is no prompt. */
  readonly prompted?: string;
  readonly reply?: Reply;
  readonly signal?: AbortSignal;
  /** Default: there is none. */
  readonly keyring?: Keyring;
  readonly clock?: ReturnType<typeof settableClock>;
  /** More of what is known of the outputs. */
  readonly stdout?: Partial<TextSink>;
  readonly stderr?: Partial<TextSink>;
}

export async function partnerAuth(argv: readonly string[], options: RunOptions = {}) {
  const wire = fakeWire(options.reply ?? (() => tokenAnswer()));
  const out = { stdout: '', stderr: '' };
  const clock = options.clock ?? settableClock(start);
  const sink = (name: 'stdout' | 'stderr') => ({
    isTerminal: options.terminal ?? false,
    write: (text: string) => {
      out[name] += text;
    },
    ...options[name],
  });
  const exitCode = await run({
    argv,
    variables: { XDG_CONFIG_HOME: noConfigFolder, ...options.variables },
    stdout: sink('stdout'),
    stderr: sink('stderr'),
    stdin: {
      isTerminal: options.stdin === undefined,
      read: async () => options.stdin ?? '',
      pieces: async function* () {
        yield Buffer.from(options.stdin ?? '');
      },
    },
    prompt: options.prompted === undefined ? undefined : async () => new Secret(options.prompted ?? ''),
    openBrowser: async () => {},
    keyring: options.keyring,
    clock,
    random: systemRandom,
    fetch: wire.fetch,
    sleep: async (seconds) => clock.advance(seconds),
    signal: options.signal,
  });
  return { exitCode, ...out, sent: wire.sent };
}

/** A folder of its own, with secrets in files; gone when the test has ended. */
export function scratch(context: { after(work: () => void): void }) {
  const folder = mkdtempSync(join(tmpdir(), 'partner-auth-cli-'));
  context.after(() => rmSync(folder, { recursive: true, force: true }));
  return {
    folder,
    file: (name: string, text: string, mode = 0o600): string => {
      const path = join(folder, name);
      writeFileSync(path, text, { mode });
      return path;
    },
  };
}
