import { randomBytes } from 'node:crypto';
import { userInfo } from 'node:os';
import { after } from 'node:test';
import pg from 'pg';
import { postgresCluster } from './postgres-cluster.ts';

/** A PostgreSQL to test with: the one that is named, the local service, or a cluster of its own from Debian's package. */
export interface TestDatabase {
  readonly connectionString: string;
  /** A pool that is ended after the file's tests. */
  pool(options?: pg.PoolConfig): pg.Pool;
  /** A name no other test has; whatever begins with it is dropped after the file's tests. */
  readonly table: () => string;
  /** A URL whose connections have a new schema of their own, dropped after the file's tests. */
  schemaUrl(): Promise<string>;
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
  const schemas: string[] = [];
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
    for (const each of schemas) await last.query(`DROP SCHEMA IF EXISTS ${each} CASCADE`);
    await last.end();
  });
  const table = (): string => {
    const name = `test_${randomBytes(8).toString('hex')}`;
    tables.push(name);
    return name;
  };
  const schemaUrl = async (): Promise<string> => {
    const name = `test_${randomBytes(8).toString('hex')}`;
    schemas.push(name);
    const client = new pg.Client({ connectionString });
    await client.connect();
    await client.query(`CREATE SCHEMA ${name}`);
    await client.end();
    return `${connectionString}?options=${encodeURIComponent(`-c search_path=${name}`)}`;
  };
  return { connectionString, pool, table, schemaUrl };
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

async function ownCluster(): Promise<string | undefined> {
  const cluster = await postgresCluster();
  if (!cluster) return undefined;
  after(() => cluster.remove());
  await cluster.start();
  return reachable([cluster.url]);
}
