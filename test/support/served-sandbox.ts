import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { after } from 'node:test';
import { commandFile, ensureBuilt } from './built-command.ts';
import { cleanEnvironment, endChild } from './child.ts';

/** The sandbox as its users run it: the built command in a process of its own, on a free port. */
export interface ServedSandbox extends AsyncDisposable {
  readonly url: string;
  readonly port: number;
  readonly caFile: string;
  readonly environmentFile: string;
  /** With `--proxy` alone. */
  readonly proxyUrl: string | undefined;
  readonly child: ChildProcess;
  /** The first line on stdout, as it was printed. */
  readonly readyLine: string;
  readonly stdout: () => string;
  readonly stderr: () => string;
  /** Ends it by SIGTERM; its exit code. */
  stop(): Promise<number | null>;
}

/** On a free port, unless the arguments name one. */
export async function serveSandbox(
  folder: string,
  args: readonly string[] = [],
  { cwd }: { readonly cwd?: string } = {},
): Promise<ServedSandbox> {
  ensureBuilt();
  const port = args.includes('--port') ? [] : ['--port', '0'];
  const all = ['serve', 'sandbox', ...port, '--data-dir', folder, '--output', 'json', ...args];
  const child = spawn(process.execPath, [commandFile, ...all], {
    env: cleanEnvironment(),
    ...(cwd === undefined ? {} : { cwd }),
  });
  const out = { stdout: '', stderr: '' };
  child.stderr.setEncoding('utf8').on('data', (text: string) => {
    out.stderr += text;
  });
  const lines = createInterface({ input: child.stdout });
  lines.on('line', (line) => {
    out.stdout += `${line}\n`;
  });
  const [readyLine] = await Promise.race([once(lines, 'line'), once(child, 'close')]);
  if (typeof readyLine !== 'string') throw new Error(`the sandbox did not start: ${out.stderr}`);
  const { url, caFile, environmentFile, proxyUrl } = JSON.parse(readyLine);
  const stop = () => endChild(child);
  return {
    url,
    port: Number(new URL(url).port),
    caFile,
    environmentFile,
    proxyUrl,
    child,
    readyLine,
    stdout: () => out.stdout,
    stderr: () => out.stderr,
    stop,
    [Symbol.asyncDispose]: async () => void (await stop()),
  };
}

/** A folder that is gone after the file's tests. To be called outside of hooks: there it would be gone with the hook. */
export function scratchFolder(): string {
  const folder = mkdtempSync(join(tmpdir(), 'partner-auth-flow-'));
  after(() => rmSync(folder, { recursive: true, force: true }));
  return folder;
}
