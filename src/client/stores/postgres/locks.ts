import { sha256 } from '../../../base/bytes.ts';
import { AuthError } from '../../errors.ts';
import type { Unlock } from '../store.ts';
import type { PostgresClient, PostgresPool } from './driver.ts';
import { databaseFailure, sent } from './failures.ts';
import type { Statements } from './statements.ts';

/** A machine that vanished ends no connection: the server itself takes its lock back after this long. */
const longestHold = "SET LOCAL idle_in_transaction_session_timeout = '120s'";

/** One of 65,536 rows for each key, so that they do not grow with the keys. */
const stripeOf = (key: string): number => sha256(key).readUInt16BE();

/**
 * A lock is a row that an open transaction holds on a connection of its own: it ends with the connection, however that
 * ends. A holder goes on to read and write on another connection, so only half of the pool's may be locks: were all of
 * them, each holder would wait for another.
 */
export function locksIn(pool: PostgresPool, statements: Statements) {
  const connections = pool.options?.max ?? 10;
  if (connections < 2) {
    throw new AuthError('configuration', 'The token store needs a pool of two connections or more.', {
      hint: 'A lock holds one while the token is renewed and stored on another.',
    });
  }
  const most = Math.floor(connections / 2);
  let held = 0;
  return async (key: string): Promise<Unlock | undefined> => {
    if (held >= most) return undefined;
    held += 1;
    const release = await taken(pool, statements, stripeOf(key)).catch((cause) => {
      held -= 1;
      throw databaseFailure(cause);
    });
    if (!release) held -= 1;
    let isHeld = release !== undefined;
    return (
      release &&
      (async () => {
        if (!isHeld) return;
        isHeld = false;
        await release();
        held -= 1;
      })
    );
  };
}

async function taken(pool: PostgresPool, statements: Statements, stripe: number): Promise<Unlock | undefined> {
  await sent(() => pool.query(statements.makeLock, [stripe]));
  const client = await pool.connect();
  const { release, lost } = clientInHand(client);
  try {
    await client.query('BEGIN');
    await client.query(longestHold);
    const { rows } = await client.query(statements.takeLock, [stripe]);
    if (rows.length > 0) return () => ended(client, { release, lost });
    await ended(client, { release, lost });
    return undefined;
  } catch (cause) {
    release(cause instanceof Error ? cause : new Error(String(cause)));
    throw cause;
  }
}

interface ClientInHand {
  readonly release: (error?: Error) => void;
  readonly lost: () => Error | undefined;
}

/** A connection that ends while nobody uses it says so by an event, which would end the process were it not heard. */
function clientInHand(client: PostgresClient): ClientInHand {
  let lost: Error | undefined;
  const hear = (error: Error) => {
    lost = error;
  };
  client.on('error', hear);
  return {
    lost: () => lost,
    release: (error) => {
      client.removeListener('error', hear);
      client.release(error);
    },
  };
}

/** A lock that is lost with its connection is given back already. */
async function ended(client: PostgresClient, { release, lost }: ClientInHand): Promise<void> {
  try {
    if (!lost()) await client.query('ROLLBACK');
    release(lost());
  } catch (cause) {
    release(cause instanceof Error ? cause : new Error(String(cause)));
  }
}
