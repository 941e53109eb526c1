import { spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { cleanEnvironment } from './child.ts';
import { missingProgram } from './debian-program.ts';

/** Programs watched, and made to fail, at the door of the system. */

/** Why its tests are skipped; false when it is here and may trace. */
export const straceMissing = (): string | false => missingProgram(['strace', '-o', '/dev/null', 'true'], 'strace');

export interface SystemCall {
  readonly name: string;
  /** As strace writes them, texts decoded to Latin-1: a byte is a character. */
  readonly given: string;
  /** The texts among them, and the paths behind descriptors. */
  readonly texts: readonly string[];
  readonly result: number;
}

export interface Traced {
  readonly calls: readonly SystemCall[];
  readonly exitCode: number | null;
  readonly signal: NodeJS.Signals | null;
  readonly stdout: string;
  readonly stderr: string;
  /** A fault was injected. */
  readonly injected: boolean;
}

export interface TraceOptions {
  readonly calls: readonly string[];
  /** As strace's -e inject: `pwrite64:error=ENOSPC:when=3`. */
  readonly inject?: string;
  /** Only calls that touch one of these. */
  readonly paths?: readonly string[];
  readonly variables?: Readonly<Record<string, string>>;
  readonly umask?: string;
}

export function traced(argv: readonly string[], options: TraceOptions): Traced {
  const folder = mkdtempSync(join(tmpdir(), 'partner-auth-strace-'));
  const file = join(folder, 'calls');
  const watch = [
    ...['-f', '-y', '-xx', '-s', '4000000', '-o', file, '-e', `trace=${options.calls.join(',')}`],
    ...(options.inject === undefined ? [] : ['-e', `inject=${options.inject}`]),
    ...(options.paths ?? []).flatMap((path) => ['-P', path]),
  ];
  const shell = `umask ${options.umask ?? '022'}; exec strace "$@"`;
  try {
    const { status, signal, stdout, stderr } = spawnSync('sh', ['-c', shell, 'sh', ...watch, '--', ...argv], {
      env: cleanEnvironment(options.variables),
      encoding: 'utf8',
      timeout: 60_000,
    });
    const text = readFileSync(file, 'latin1');
    return { calls: callsIn(text), exitCode: status, signal, stdout, stderr, injected: text.includes('(INJECTED)') };
  } finally {
    rmSync(folder, { recursive: true });
  }
}

export interface Attached {
  /** Lets the process go, and answers with what it did meanwhile. */
  detach(): Promise<readonly SystemCall[]>;
}

/** Watches a process that runs, every thread of it, and makes it fail; `inject` and `paths` as they are there. */
export async function attachedTo(pid: number, { calls, inject, paths = [] }: TraceOptions): Promise<Attached> {
  const folder = mkdtempSync(join(tmpdir(), 'partner-auth-strace-'));
  const file = join(folder, 'calls');
  const watch = [
    ...['-f', '-y', '-xx', '-s', '64', '-o', file, '-p', String(pid), '-e', `trace=${calls.join(',')}`],
    ...(inject === undefined ? [] : ['-e', `inject=${inject}`]),
    ...paths.flatMap((path) => ['-P', path]),
  ];
  const child = spawn('strace', watch, { stdio: ['ignore', 'ignore', 'pipe'] });
  await once(child.stderr, 'data');
  return {
    async detach() {
      const ended = once(child, 'exit');
      child.kill('SIGINT');
      await ended;
      const text = readFileSync(file, 'latin1');
      rmSync(folder, { recursive: true });
      return callsIn(text);
    },
  };
}

const hexText = /"((?:\\x[0-9a-f]{2})*)"|<((?:\\x[0-9a-f]{2})+)>/g;
const decoded = (hex: string): string => Buffer.from(hex.replaceAll('\\x', ''), 'hex').toString('latin1');

function callsIn(text: string): readonly SystemCall[] {
  const begun = new Map<string, string>();
  return text.split('\n').flatMap((line) => {
    const [, thread = '', rest = ''] = /^(\d+) +(.*)$/.exec(line) ?? [];
    const resumed = /^<\.\.\. \w+ resumed>(.*)$/.exec(rest);
    const whole = resumed ? (begun.get(thread) ?? '') + resumed[1] : rest;
    if (whole.endsWith('<unfinished ...>')) {
      begun.set(thread, whole.slice(0, -'<unfinished ...>'.length));
      return [];
    }
    const found = /^(\w+)\((.*)\) += (-?\d+)/.exec(whole);
    if (!found) return [];
    const [, name = '', given = '', result = ''] = found;
    const texts = [...whole.matchAll(hexText)].map(([, quoted, path]) => decoded(quoted ?? path ?? ''));
    return [{ name, given: given.replaceAll(hexText, '…'), texts, result: Number(result) }];
  });
}
