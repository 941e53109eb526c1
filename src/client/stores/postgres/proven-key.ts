import { systemRandom } from '../../../base/random.ts';
import { AuthError } from '../../errors.ts';
import { type KeySource, keyOf, opensCheck, sealedCheck } from '../cipher.ts';
import type { PostgresRows } from './driver.ts';
import type { Statements } from './statements.ts';

interface KeyPlace {
  readonly query: (text: string, values: unknown[]) => Promise<PostgresRows['rows']>;
  readonly statements: Statements;
  readonly source: KeySource;
  readonly warn: (warning: string) => void;
}

const saltBytes = 16;

/**
 * The key, proven on a value that the tables keep beside the salt, and then remembered: a node with another key must not
 * take the others' tokens for damaged. The first node writes both.
 */
export function provenKeyIn(place: KeyPlace): () => Promise<Buffer> {
  let proven: Promise<Buffer> | undefined;
  return () => {
    proven ??= provenKey(place).catch((cause) => {
      proven = undefined;
      throw cause;
    });
    return proven;
  };
}

async function provenKey({ query, statements, source, warn }: KeyPlace): Promise<Buffer> {
  const kept = await saltAndCheck(query, statements);
  if (!kept) {
    const salt = systemRandom.bytes(saltBytes);
    const key = keyOf(source, salt, warn);
    const [begun] = await query(statements.begin, [Buffer.concat([salt, sealedCheck(key)])]);
    return begun ? key : provenKey({ query, statements, source, warn });
  }
  const key = keyOf(source, kept.salt, warn);
  if (opensCheck(key, kept.check)) return key;
  throw new AuthError('store_key', 'The key does not open the token store in the database.', {
    hint: 'Give every process the key the store was begun with, or another table.',
  });
}

async function saltAndCheck(query: KeyPlace['query'], statements: Statements) {
  const rows = await query(statements.meta, []);
  const value = rows.find(({ name }) => name === 'key')?.value;
  return value instanceof Uint8Array
    ? { salt: value.subarray(0, saltBytes), check: value.subarray(saltBytes) }
    : undefined;
}
