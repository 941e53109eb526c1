import { inTurn } from '../../base/in-turn.ts';
import { Secret } from '../../base/secret.ts';
import {
  type Directory,
  type DirectoryChanges,
  type DirectoryData,
  directoryOf,
  type Entries,
  passwordMatches,
  type Referral,
} from '../../domain/index.ts';
import { type SandboxData, sandboxData } from '../sandbox-data.ts';
import type { Seed } from '../seed-schema.ts';
import { applyChange, type Change, changeKey } from './change.ts';
import { changedSeed } from './changed-seed.ts';
import { keptDirectory } from './kept-directory.ts';
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
  readonly directory: Directory & DirectoryChanges;
  referrals(): readonly Referral[];
  /** What the world of the moment began with; the same object until another takes its place. */
  stated(): DirectoryData;
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

/** A world in memory: its seed without secrets in clear, and the directory made from it with the changes since. */
interface Loaded {
  readonly generation: string;
  readonly seed: Seed;
  readonly data: SandboxData;
  readonly directory: Directory & DirectoryChanges;
  readonly changes: Map<string, Change>;
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
  const kept = await readWorld(context);
  const { completed = (whole) => whole } = context;
  const start = await load(completed(seed), kept.seed ? { ...kept, changes: [] } : kept);
  let current = kept.seed ? await load(completed(kept.seed), kept) : start;
  const exported = () => changedSeed(context, current.seed, current.changes.values());
  const turn = inTurn();
  const keep = async (change: Change) => {
    await writeChange(context, current.generation, change);
    current.changes.set(changeKey(change), change);
    await applyChange(current.directory, change);
  };

  return {
    directory: keptDirectory(
      () => current.directory,
      (change) => turn(() => keep(change)),
    ),
    referrals: () => current.data.referrals,
    stated: () => current.data.directory,
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
        current = { ...start, generation, directory: directoryOf(start.data.directory), changes: new Map() };
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
  const directory = directoryOf(data.directory);
  for (const change of changes) await applyChange(directory, change);
  return {
    generation,
    seed: sealedSeed(context, stated, data),
    data,
    directory,
    changes: new Map(changes.map((change) => [changeKey(change), change])),
  };
}

/** Changed users whose passwords are tried at a start: each costs a hash, and only the first users are ever shown. */
const tried = 20;

/** A kept user whose password is still the seed's: its hash is of an earlier start, and another. */
async function recognisePasswords(clear: ClearTexts, stated: Seed, changes: Iterable<Change>): Promise<void> {
  const users = [...changes].flatMap((change) => (change.what === 'user' ? [change.user] : []));
  for (const { userPrincipalName, password: record } of users.slice(0, tried)) {
    const { passwordProfile } = stated.users.find((user) => user.userPrincipalName === userPrincipalName) ?? {};
    const password = passwordProfile?.password;
    if (password !== undefined && (await passwordMatches(record, new Secret(password)))) {
      clear.set(Buffer.from(record.hash).toString('base64'), password);
    }
  }
}
