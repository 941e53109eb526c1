import { spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, globSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { freePort } from './free-port.ts';
import { childProcesses } from './system-process.ts';

/** A PostgreSQL of one test file's own, which may be stopped, paused and started again. */
export interface PostgresCluster {
  readonly url: string;
  /** Resolves when it accepts connections. */
  start(): Promise<void>;
  /** `fast` ends what is under way, `immediate` leaves it to be recovered. */
  stop(mode: 'fast' | 'immediate'): Promise<void>;
  /** Not one of its processes goes on. */
  pause(): void;
  resume(): void;
  /** Stops it and leaves nothing. */
  remove(): void;
}

const isRoot = process.getuid?.() === 0;

/** Whoever comes first installs it under CI. Undefined: there is none on this machine. */
function binaries(): string | undefined {
  const find = () => globSync('/usr/lib/postgresql/*/bin').find((bin) => existsSync(join(bin, 'initdb')));
  if (!find() && isRoot && process.env.CI === 'true') {
    spawnSync('apt-get', ['install', '-y', '--no-install-recommends', 'postgresql'], { stdio: 'ignore' });
  }
  return find();
}

/** From Debian's binaries, as their own user when this one is root, which PostgreSQL refuses. Not started yet. */
export async function postgresCluster(
  settings: Readonly<Record<string, string>> = {},
): Promise<PostgresCluster | undefined> {
  const bin = binaries();
  if (bin === undefined) return undefined;
  const folder = mkdtempSync(join(tmpdir(), 'partner-auth-postgres-'));
  if (isRoot) spawnSync('chown', ['postgres', folder]);
  const commandOf = (program: string, args: readonly string[]): readonly string[] => {
    const all = [join(bin, program), '-D', join(folder, 'data'), ...args];
    return isRoot ? ['runuser', '-u', 'postgres', '--', ...all] : all;
  };
  const run = async (program: string, ...args: readonly string[]): Promise<void> => {
    const [command = '', ...rest] = commandOf(program, args);
    const [status] = await once(spawn(command, rest, { stdio: 'ignore', cwd: folder }), 'exit');
    if (status !== 0) throw new Error(`${program} ${args.join(' ')} ended with ${status}`);
  };
  const port = await freePort();
  const all = {
    port: String(port),
    unix_socket_directories: folder,
    listen_addresses: '127.0.0.1',
    fsync: 'off',
    ...settings,
  };
  const options = Object.entries(all).flatMap(([name, value]) => ['-c', `${name}=${value}`]);
  await run('initdb', '-A', 'trust', '-U', 'postgres', '-E', 'UTF8', '--no-sync');
  const signal = (name: NodeJS.Signals) => {
    for (const pid of processesOf(join(folder, 'data'))) process.kill(pid, name);
  };
  return {
    url: `postgresql://postgres@127.0.0.1:${port}/postgres`,
    start: () => run('pg_ctl', '-w', '-l', join(folder, 'log'), '-o', options.join(' '), 'start'),
    stop: (mode) => run('pg_ctl', '-w', '-m', mode, 'stop'),
    pause: () => signal('SIGSTOP'),
    resume: () => signal('SIGCONT'),
    remove: () => {
      const [command = '', ...rest] = commandOf('pg_ctl', ['-m', 'immediate', 'stop']);
      spawnSync(command, rest, { stdio: 'ignore', cwd: folder });
      rmSync(folder, { recursive: true, force: true });
    },
  };
}

/** The first process, which makes the others, and then those. */
function processesOf(data: string): readonly number[] {
  const [first = ''] = readFileSync(join(data, 'postmaster.pid'), 'utf8').split('\n', 1);
  return [Number(first), ...childProcesses(Number(first))];
}
