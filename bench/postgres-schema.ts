import { randomBytes } from 'node:crypto';
import { userInfo } from 'node:os';
import pg from 'pg';

const database =
  process.env.PARTNER_AUTH_TEST_DATABASE_URL ?? `postgresql://${userInfo().username}@127.0.0.1:5432/test`;

/** A URL whose connections have a new schema of their own; undefined, with a line that says so, without PostgreSQL. */
export async function postgresSchema(): Promise<{ readonly url: string; drop(): Promise<void> } | undefined> {
  const schema = `bench_${randomBytes(6).toString('hex')}`;
  const run = async (statement: string): Promise<void> => {
    const client = new pg.Client({ connectionString: database });
    await client.connect();
    await client.query(statement);
    await client.end();
  };
  try {
    await run(`CREATE SCHEMA ${schema}`);
  } catch (cause) {
    console.log(`Without PostgreSQL: ${cause instanceof Error ? cause.message : cause}`);
    return undefined;
  }
  return {
    url: `${database}?options=${encodeURIComponent(`-c search_path=${schema}`)}`,
    drop: () => run(`DROP SCHEMA ${schema} CASCADE`),
  };
}
