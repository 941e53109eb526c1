import type { Clock } from '../base/clock.ts';
import { inTurnByKey } from '../base/in-turn-by-key.ts';
import { oncePer } from '../base/remember.ts';
import type { EntryValues } from './entry-values.ts';
import { readOnce } from './read-once.ts';

export type EntryKind = keyof EntryValues;

/** An entry as a store keeps it: rules and types are above it, atomicity is its own. */
export interface StoredEntry {
  /** Part of the key: an entry of one kind can never be found, used or removed as another. */
  readonly kind: string;
  readonly key: string;
  /** By whom entries are listed together, a user's id for example; may be empty. */
  readonly owner: string;
  /** JSON text. Holds no secret in clear: what is secret is the key, and that is a digest (`entryKey`). */
  readonly value: string;
  /** Counts the changes; a change that names another one than the kept is refused. */
  readonly version: number;
  readonly expiresAt: Date;
}

/** A new value, and a new expiry where one is given. An owner stays: what stands in an index is not written without need. */
export interface EntryChange extends Pick<StoredEntry, 'kind' | 'key' | 'value' | 'version'> {
  readonly expiresAt?: Date | undefined;
}

/**
 * The port to everything the authority keeps for a while: codes, tokens, sessions, counters. Each verb is atomic and
 * durable before it resolves, and its answer is decided by the row the database returns. An expired entry is none.
 */
export interface EntryStore {
  /** Of all that add one kind and key, on any node, exactly one gets true. */
  add(entry: StoredEntry, now: Date): Promise<boolean>;
  find(kind: string, key: string, now: Date): Promise<StoredEntry | undefined>;
  /**
   * Makes the change if the entry's version is still `change.version`; of all that try, one gets true. With it, as one step,
   * goes what is `added`: of these one that is there already stays as it is.
   */
  replace(change: EntryChange, now: Date, added?: readonly StoredEntry[]): Promise<boolean>;
  /** Removes and returns; of all that take one entry, one gets it. */
  take(kind: string, key: string, now: Date): Promise<StoredEntry | undefined>;
  /** Of one owner, or all of the kind, by key. */
  list(kind: string, owner: string | undefined, now: Date): Promise<readonly StoredEntry[]>;
  /** Removes all entries of all kinds. */
  clear(): Promise<void>;
  /** Deletes at most `limit` expired entries and says how many went. */
  purge(now: Date, limit: number): Promise<number>;
}

/** The entries of a store with their types and a clock. */
export interface Entries {
  /** False when there is one already. */
  add<Kind extends EntryKind>(kind: Kind, key: string, entry: NewEntry<Kind>): Promise<boolean>;
  find<Kind extends EntryKind>(kind: Kind, key: string): Promise<EntryValues[Kind] | undefined>;
  /**
   * Gives the kept value to `change` and writes what it returns, as one step: if another was faster, `change` is asked
   * again with what that one wrote, so it may refuse by throwing. Returning the value it got leaves everything alone.
   * Undefined when there is no entry.
   */
  change<Kind extends EntryKind>(
    kind: Kind,
    key: string,
    change: (value: EntryValues[Kind]) => EntryValues[Kind],
    besides?: Besides<Kind>,
  ): Promise<EntryValues[Kind] | undefined>;
  take<Kind extends EntryKind>(kind: Kind, key: string): Promise<EntryValues[Kind] | undefined>;
  list<Kind extends EntryKind>(
    kind: Kind,
    owner?: string,
  ): Promise<readonly { readonly key: string; readonly value: EntryValues[Kind] }[]>;
  /** In this process, what is done with one entry runs one after the other; other nodes are not waited for. */
  inTurn<Value>(kind: EntryKind, key: string, work: () => Promise<Value>): Promise<Value>;
  /** The same entries for the steps of one request: each is read once (`readOnce`). */
  forOneRequest(): Entries;
}

export interface NewEntry<Kind extends EntryKind> {
  readonly value: EntryValues[Kind];
  readonly expiresAt: Date;
  readonly owner?: string;
}

/** An entry of any kind. */
export type AddedEntry = {
  [Kind in EntryKind]: NewEntry<Kind> & { readonly kind: Kind; readonly key: string };
}[EntryKind];

/** What is written with a change, as one step: all of it, or nothing. */
export interface Besides<Kind extends EntryKind> {
  /** The new end of the entry's life. */
  readonly expiresAt?: Date;
  readonly added?: (changed: EntryValues[Kind]) => readonly AddedEntry[];
}

/** `turns` are `inTurn`'s; `changes` are apart from them, since entries are changed in a turn. */
const queuesByKey = () => ({ turns: inTurnByKey(), changes: inTurnByKey() });

export function entriesIn(store: EntryStore, clock: Clock, queues = queuesByKey()): Entries {
  return {
    add: (kind, key, entry) => store.add(firstVersion(kind, key, entry), clock.now()),
    async find(kind, key) {
      return readEntry(await store.find(kind, key, clock.now()));
    },
    // Many that change one entry at once would mostly read what another has changed when they write: here they queue.
    change: (kind, key, change, { expiresAt, added } = {}) =>
      queues.changes(`${kind} ${key}`, async () => {
        for (;;) {
          const kept = await store.find(kind, key, clock.now());
          const value = readEntry<typeof kind>(kept);
          if (!kept || !value) return undefined;
          const changed = change(value);
          if (changed === value) return value;
          const replacement = { kind, key, version: kept.version, value: JSON.stringify(changed), expiresAt };
          const others = added?.(changed).map((one) => firstVersion(one.kind, one.key, one));
          if (await store.replace(replacement, clock.now(), others)) return changed;
        }
      }),
    async take(kind, key) {
      return readEntry(await store.take(kind, key, clock.now()));
    },
    async list(kind, owner) {
      const entries = await store.list(kind, owner, clock.now());
      return entries.map((entry) => ({ key: entry.key, value: readEntry(entry) as EntryValues[typeof kind] }));
    },
    inTurn: (kind, key, work) => queues.turns(`${kind} ${key}`, work),
    forOneRequest: () => entriesIn(readOnce(store), clock, queues),
  };
}

const firstVersion = <Kind extends EntryKind>(
  kind: Kind,
  key: string,
  { value, expiresAt, owner = '' }: NewEntry<Kind>,
): StoredEntry => ({ kind, key, owner, value: JSON.stringify(value), version: 1, expiresAt });

const readEntry = <Kind extends EntryKind>(entry: StoredEntry | undefined): EntryValues[Kind] | undefined =>
  entry && valueIn(entry);

/** The steps of a request look at one entry. */
const valueIn = oncePer(({ value }: StoredEntry) => withInstants(JSON.parse(value)));

/** Instants are the members whose names end in `At`. A reviver of JSON.parse takes three times as long, `for in` twice. */
function withInstants(value: { [name: string]: unknown }) {
  for (const name of Object.keys(value)) {
    const member = value[name];
    if (typeof member === 'string' && name.endsWith('At')) value[name] = new Date(member);
    else if (typeof member === 'object' && member !== null) withInstants(member as typeof value);
  }
  return value as never;
}
