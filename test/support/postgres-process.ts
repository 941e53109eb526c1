import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import { text } from 'node:stream/consumers';
import { cleanEnvironment } from './child.ts';

export interface PostgresProcess {
  /** Until it is about to begin. */
  readonly ready: Promise<void>;
  begin(): void;
  /** As `kill -9`. */
  kill(): Promise<void>;
  /** What it printed as JSON; rejects with what it complained of. */
  readonly printed: <Value>() => Promise<Value>;
}

const source = (path: string): string => JSON.stringify(import.meta.resolve(`../../src/${path}`));

/** Another node: a process in which `postgresStore`, `addressOf`, `migrate`, `url` and `given` are at hand. */
export function postgresProcess(url: string, script: string, given: unknown = {}): PostgresProcess {
  const program = `
    import { once } from 'node:events';
    import { postgresStore } from ${source('store/postgres/index.ts')};
    import { addressOf } from ${source('store/postgres/address.ts')};
    import { migrate } from ${source('store/postgres/migrate.ts')};
    const { url, given } = JSON.parse(process.argv[1]);
    console.error('ready');
    process.stdin.resume();
    await once(process.stdin, 'end');
    ${script}`;
  const child = spawn(process.execPath, ['--input-type=module', '-e', program, JSON.stringify({ url, given })], {
    env: cleanEnvironment(),
  });
  const complaints: string[] = [];
  const { promise: ready, resolve } = Promise.withResolvers<void>();
  createInterface(child.stderr).on('line', (line) => {
    if (line === 'ready') resolve();
    else complaints.push(line);
  });
  const stdout = text(child.stdout);
  const closed = once(child, 'close');
  return {
    ready,
    begin: () => void child.stdin.end(),
    kill: async () => {
      child.kill('SIGKILL');
      await closed;
    },
    printed: async () => {
      const [code] = await closed;
      if (code !== 0) throw new Error(`it ended with ${code}: ${complaints.join('\n')}`);
      return JSON.parse(await stdout);
    },
  };
}

/** Lets all begin at once and waits for what each prints. */
export async function allAtOnce<Value>(processes: readonly PostgresProcess[]): Promise<readonly Value[]> {
  await Promise.all(processes.map(({ ready }) => ready));
  for (const each of processes) each.begin();
  return Promise.all(processes.map(({ printed }) => printed<Value>()));
}
