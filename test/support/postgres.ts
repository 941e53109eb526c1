import { spawnSync } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { existsSync, globSync, mkdtempSync, rmSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir, userInfo } from 'node:os';
import { join } from 'node:path';
import { after } from 'node:test';
import pg from 'pg';

/** A PostgreSQL to test with: the one that is named, the local service, or a cluster of its own from Debian's package. */
export interface TestDatabase {
  readonly connectionString: string;
  /** A pool that is ended after the file's tests. */
  pool(options?: pg.PoolConfig): pg.Pool;
  /** A name no other test has; whatever begins with it is dropped after the file's tests. */
  readonly table: () => string;
}

/** Why there is none is said loudly, and its tests are skipped; under CI that is a failure. */
export async function testDatabase(): Promise<TestDatabase | string> {
  const connectionString = (await reachable(candidates())) ?? (await ownCluster());
  if (connectionString === undefined) {
    const reason =
      'SKIPPED: there is no PostgreSQL: start one, name it in PARTNER_AUTH_TEST_DATABASE_URL, or apt-get install postgresql';
    if (process.env.CI === 'true') throw new Error(reason);
    console.error(reason);
    return reason;
  }
  const pools: pg.Pool[] = [];
  const tables: string[] = [];
  const pool = (options: pg.PoolConfig = {}): pg.Pool => {
    const made = new pg.Pool({ connectionString, ...options });
    pools.push(made);
    return made;
  };
  after(async () => {
    for (const each of pools) if (!each.ended) await each.end();
    const last = new pg.Client({ connectionString });
    await last.connect();
    for (const each of tables) {
      for (const suffix of ['', '_meta', '_locks', '_set_aside'])
        await last.query(`DROP TABLE IF EXISTS ${each}${suffix}`);
    }
    await last.end();
  });
  const table = (): string => {
    const name = `test_${randomBytes(8).toString('hex')}`;
    tables.push(name);
    return name;
  };
  return { connectionString, pool, table };
}

function candidates(): readonly string[] {
  const user = encodeURIComponent(userInfo().username);
  return [
    process.env.PARTNER_AUTH_TEST_DATABASE_URL,
    ...['test', 'postgres'].flatMap((name) => [
      `postgresql://${user}@127.0.0.1:5432/${name}`,
      `postgresql://postgres@127.0.0.1:5432/${name}`,
    ]),
  ].filter((url) => url !== undefined);
}

async function reachable(urls: readonly string[]): Promise<string | undefined> {
  for (const connectionString of urls) {
    const client = new pg.Client({ connectionString, connectionTimeoutMillis: 3000 });
    try {
      await client.connect();
      await client.query('SELECT 1');
      await client.end();
      return connectionString;
    } catch {
      await client.end().catch(() => {});
    }
  }
  return undefined;
}

const isRoot = process.getuid?.() === 0;

/** From Debian's binaries, as their own user when this one is root, which PostgreSQL refuses. */
async function ownCluster(): Promise<string | undefined> {
  const find = () => globSync('/usr/lib/postgresql/*/bin').find((bin) => existsSync(join(bin, 'initdb')));
  if (!find() && isRoot && process.env.CI === 'true') {
    spawnSync('apt-get', ['install', '-y', '--no-install-recommends', 'postgresql'], { stdio: 'ignore' });
  }
  const bin = find();
  if (!bin) return undefined;
  const folder = mkdtempSync(join(tmpdir(), 'partner-auth-postgres-'));
  if (isRoot) spawnSync('chown', ['postgres', folder]);
  const run = (program: string, ...args: readonly string[]): number | null => {
    const all = [join(bin, program), '-D', join(folder, 'data'), ...args];
    const [command = '', ...rest] = isRoot ? ['runuser', '-u', 'postgres', '--', ...all] : all;
    return spawnSync(command, rest, { stdio: 'ignore', cwd: folder }).status;
  };
  const port = await freePort();
  run('initdb', '-A', 'trust', '-U', 'postgres', '-E', 'UTF8', '--no-sync');
  run('pg_ctl', '-w', '-o', `-p ${port} -k ${folder} -c listen_addresses=127.0.0.1 -c fsync=off`, 'start');
  after(() => {
    run('pg_ctl', '-m', 'immediate', 'stop');
    rmSync(folder, { recursive: true, force: true });
  });
  return reachable([`postgresql://postgres@127.0.0.1:${port}/postgres`]);
}

const freePort = (): Promise<number> =>
  new Promise((resolve) => {
    const server = createServer().listen(0, '127.0.0.1', () => {
      const address = server.address();
      server.close(() => resolve(typeof address === 'object' && address ? address.port : 0));
    });
  });
