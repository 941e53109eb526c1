import { inTurn } from '../../base/in-turn.ts';
import { Secret } from '../../base/secret.ts';
import {
  type Directory,
  type DirectoryChanges,
  type DirectoryData,
  type DirectoryLists,
  directoryOf,
  type Entries,
  type PartnerRecordChanges,
  type PartnerRecords,
  partnerRecordsOf,
  passwordMatches,
} from '../../domain/index.ts';
import { type SandboxData, sandboxData } from '../sandbox-data.ts';
import type { Seed } from '../seed-schema.ts';
import { applyChange, changeKey, inOrder } from './change.ts';
import type { Change } from './change-kinds.ts';
import { changedSeed } from './changed-seed.ts';
import { keptDirectory, keptRecords } from './kept-directory.ts';
import { type ClearTexts, lostFactors, rememberClearTexts, revealedSeed, sealedSeed } from './sealed-seed.ts';
import type { SealingContext } from './seed-user.ts';
import { readWorld, type WorldRecord, writeChange, writeWorld } from './world-record.ts';

export type WorldContext = SealingContext & {
  readonly entries: Entries;
  /** Removes every entry of every kind. */
  readonly clearEntries: () => Promise<void>;
  /** Puts what every world has into a seed; done to one that is complete it changes nothing. Default: nothing is put. */
  readonly completed?: (seed: Seed) => Seed;
};

export interface World {
  /** Looks up the world of the moment; a change is in the store before it is seen. */
  readonly directory: Directory & DirectoryChanges & DirectoryLists;
  /** The customers and referrals of the world of the moment, kept as its directory is. */
  readonly records: PartnerRecords & PartnerRecordChanges;
  /** The tenants and applications of the moment; the same object until one of them is another. */
  named(): Named;
  /** The world of the moment as a seed, without a secret in clear: `fixedData: none` makes a seed file of it. */
  exported(): Seed;
  /** The same with the secrets that this process was told in clear. */
  revealed(): Seed;
  /** Puts another world in the place of this one. The users whose second factor another sandbox sealed are named. */
  replace(next: (exported: Seed) => Seed): Promise<{ readonly lostFactors: readonly string[] }>;
  /** Back to the seed of the start, with nothing kept. */
  reset(): Promise<void>;
  /** Whether a world is kept that is not the start's: then the start's seed counts for nothing. */
  isReplaced(): boolean;
}

export type Named = Pick<DirectoryData, 'tenants' | 'applications'>;

/** A world in memory: its seed without secrets in clear, and what was made from it with the changes since. */
interface Loaded {
  readonly generation: string;
  readonly seed: Seed;
  readonly data: SandboxData;
  readonly directory: Directory & DirectoryChanges & DirectoryLists;
  readonly records: PartnerRecords & PartnerRecordChanges;
  readonly changes: Map<string, Change>;
  readonly named: Named;
}

/** Opens the world that the store keeps, else the one of the seed. */
export async function openWorld(context: WorldContext, seed: Seed): Promise<World> {
  const clear: ClearTexts = new Map();
  const load = async (stated: Seed, record: Omit<WorldRecord, 'seed'>): Promise<Loaded> => {
    const loaded = await loadedWorld(context, stated, record);
    rememberClearTexts(clear, stated, loaded.seed);
    await recognisePasswords(clear, stated, loaded.changes.values());
    return loaded;
  };
  const record = await readWorld(context);
  const { completed = (whole) => whole } = context;
  const start = await load(completed(seed), record.seed ? { ...record, changes: [] } : record);
  let current = record.seed ? await load(completed(record.seed), record) : start;
  const exported = () => changedSeed(context, current.seed, current.changes.values());
  const turn = inTurn();
  const keep = async (change: Change) => {
    await writeChange(context, current.generation, change);
    current.changes.set(changeKey(change), change);
    await applyChange(current, change);
    if (change.what === 'tenant' || change.what === 'application') {
      current = { ...current, named: namedIn(current.data, current.changes.values()) };
    }
  };
  const kept = (change: Change) => turn(() => keep(change));

  return {
    directory: keptDirectory(() => current.directory, kept),
    records: keptRecords(() => current.records, kept),
    named: () => current.named,
    exported,
    revealed: () => revealedSeed(context, exported(), clear),
    replace: (next) =>
      turn(async () => {
        const stated = completed(next(exported()));
        const prepared = await load(stated, { generation: '', changes: [] });
        const generation = await writeWorld(context, current.generation, prepared.seed);
        current = { ...prepared, generation };
        return { lostFactors: lostFactors(context, stated) };
      }),
    reset: () =>
      turn(async () => {
        await context.clearEntries();
        const { generation } = await readWorld(context);
        current = { ...start, generation, ...unchanged(start.data) };
      }),
    isReplaced: () => current.seed !== start.seed,
  };
}

async function loadedWorld(
  context: WorldContext,
  stated: Seed,
  { generation, changes }: Omit<WorldRecord, 'seed'>,
): Promise<Loaded> {
  const data = await sandboxData(context, stated);
  const seed = sealedSeed(context, stated, data);
  const world = { ...unchanged(data), seed };
  for (const change of inOrder(changes)) {
    await applyChange(world, change);
    world.changes.set(changeKey(change), change);
  }
  return { ...world, generation, data, named: namedIn(data, world.changes.values()) };
}

const unchanged = (data: SandboxData) => ({
  directory: directoryOf(data.directory),
  records: partnerRecordsOf(data),
  changes: new Map<string, Change>(),
  named: namedIn(data, []),
});

function namedIn({ directory }: SandboxData, changes: Iterable<Change>): Named {
  const tenants = new Map(directory.tenants.map((tenant) => [tenant.id, tenant]));
  const applications = new Map(directory.applications.map((application) => [application.appId, application]));
  for (const { what, value } of changes) {
    if (what === 'tenant') tenants.set(value.id, value);
    if (what === 'application') applications.set(value.appId, value);
  }
  return { tenants: [...tenants.values()], applications: [...applications.values()] };
}

/** Changed users whose passwords are tried at a start: each costs a hash, and only the first users are ever shown. */
const tried = 20;

/** A kept user whose password is still the seed's: its hash is of an earlier start, and another. */
async function recognisePasswords(clear: ClearTexts, stated: Seed, changes: Iterable<Change>): Promise<void> {
  const users = [...changes].flatMap((change) => (change.what === 'user' ? [change.value] : []));
  for (const { userPrincipalName, password: record } of users.slice(0, tried)) {
    const { passwordProfile } = stated.users.find((user) => user.userPrincipalName === userPrincipalName) ?? {};
    const password = passwordProfile?.password;
    if (password !== undefined && (await passwordMatches(record, new Secret(password)))) {
      clear.set(Buffer.from(record.hash).toString('base64'), password);
    }
  }
}
