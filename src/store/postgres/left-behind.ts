import type pg from 'pg';
import { PartnerAuthError } from '../../base/error.ts';

/** What is refused for is looked at again after this. */
const lookAgainMilliseconds = 500;

export interface LeftBehind {
  /** A connection has left the pool, for whatever reason. */
  left(client: pg.ClientBase): void;
  /** Throws while a new connection would be one too many. */
  beforeNew(): void;
  /** Asks on the new connection, and throws when it is one too many. `open`: the pool's, this one with them. */
  check(client: pg.ClientBase, open: number): Promise<void>;
}

/**
 * The server goes on with what was given up: a commit that waits for its standby ends neither by a time-out nor with its
 * connection. What it is still at work on counts as a connection of this process, so that a standby that hangs does not
 * take from everybody, by and by, the last connection there is.
 */
export function leftBehind(connections: number): LeftBehind {
  let sessions: readonly number[] = [];
  let lookAgainAt = 0;
  return {
    left(client) {
      sessions = [...sessions, Number(Reflect.get(client, 'processID'))];
    },
    beforeNew() {
      if (performance.now() < lookAgainAt) throw tooMany();
    },
    async check(client, open) {
      if (sessions.length === 0) return;
      const asked = sessions;
      const { rows } = await client.query(
        `SELECT pid FROM pg_stat_activity WHERE state = 'active' AND pid IN (${asked.join()})`,
      );
      const there = new Set(rows.map(({ pid }) => pid));
      sessions = sessions.filter((session) => there.has(session) || !asked.includes(session));
      if (sessions.length + open <= connections) return;
      lookAgainAt = performance.now() + lookAgainMilliseconds;
      throw tooMany();
    },
  };
}

const tooMany = () =>
  new PartnerAuthError('store_unavailable', 'The store’s database is still at work on what it did not answer in time.');
