import { spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, globSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import pg from 'pg';
import { freePort } from './free-port.ts';
import { childProcesses } from './system-process.ts';
import { until } from './until.ts';

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
  /** A copy that follows it, started; `synchronous`: nothing is acknowledged from now on before the copy has it. */
  standby(kind: 'synchronous' | 'asynchronous'): Promise<PostgresCluster>;
  /** Makes a standby a primary of its own. */
  promote(): Promise<void>;
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
export async function postgresCluster(settings: Settings = {}): Promise<PostgresCluster | undefined> {
  const bin = binaries();
  if (bin === undefined) return undefined;
  return clusterOf(bin, settings, ['initdb', '-A', 'trust', '-U', 'postgres', '-E', 'UTF8', '--no-sync']);
}

type Settings = Readonly<Record<string, string>>;

/** In a folder that the command fills. */
async function clusterOf(
  bin: string,
  settings: Settings,
  [filling = '', ...filled]: readonly string[],
): Promise<PostgresCluster> {
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
  await run(filling, ...filled);
  const signal = (name: NodeJS.Signals) => {
    for (const pid of processesOf(join(folder, 'data'))) process.kill(pid, name);
  };
  const url = `postgresql://postgres@127.0.0.1:${port}/postgres`;
  return {
    url,
    async standby(kind) {
      const copied = ['pg_basebackup', '-R', '-c', 'fast', '--no-sync', '-h', '127.0.0.1', '-p', String(port)];
      const copy = await clusterOf(bin, settings, [...copied, '-U', 'postgres']);
      await copy.start();
      const admin = new pg.Client({ connectionString: url });
      await admin.connect();
      if (kind === 'synchronous') {
        await admin.query("ALTER SYSTEM SET synchronous_standby_names = '*'");
        await admin.query('SELECT pg_reload_conf()');
      }
      const wanted = kind === 'synchronous' ? 'sync' : 'async';
      const follows = 'SELECT 1 FROM pg_stat_replication WHERE state = $1 AND sync_state = $2';
      await until('the standby', async () => (await admin.query(follows, ['streaming', wanted])).rows.length > 0);
      await admin.end();
      return copy;
    },
    promote: () => run('pg_ctl', '-w', 'promote'),
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
