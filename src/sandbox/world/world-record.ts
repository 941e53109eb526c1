import { PartnerAuthError } from '../../base/error.ts';
import { open, seal } from '../../base/seal.ts';
import { type Entries, endOfTime, putEntry } from '../../domain/index.ts';
import type { Seed } from '../seed-schema.ts';
import { changeKey, decodeChange, encodeChange } from './change.ts';
import type { Change } from './change-kinds.ts';
import type { SealingContext } from './seed-user.ts';

export type RecordContext = SealingContext & { readonly entries: Entries };

/** What the store has of a world: the seed that took the place of the start's, if any, and the changes since. */
export interface WorldRecord {
  readonly generation: string;
  readonly seed: Seed | undefined;
  readonly changes: readonly Change[];
}

/** The generation of the world that every start makes anew. */
const startGeneration = 'start';

export async function readWorld(context: RecordContext): Promise<WorldRecord> {
  const kept = await context.entries.find('world', 'current');
  const generation = kept?.generation ?? startGeneration;
  const changes = await context.entries.list('worldChange', generation);
  return {
    generation,
    seed: kept && (JSON.parse(opened(context, placeOf(generation), kept.sealed)) as Seed),
    changes: await Promise.all(
      changes.map(({ key, value }) => decodeChange(context, opened(context, placeOf(key), value.sealed))),
    ),
  };
}

export async function writeChange(context: RecordContext, generation: string, change: Change): Promise<void> {
  const key = `${generation} ${changeKey(change)}`;
  const sealed = sealedText(context, placeOf(key), encodeChange(context, change));
  await putEntry(context.entries, 'worldChange', key, { value: { sealed }, expiresAt: endOfTime, owner: generation });
}

/**
 * Writes another world in the place of the kept one: one entry, so that a crash leaves the one or the other. The changes
 * of the one before count no more, and are removed. Returns the new generation.
 */
export async function writeWorld(context: RecordContext, before: string, seed: Seed): Promise<string> {
  const generation = context.random.guid();
  const sealed = sealedText(context, placeOf(generation), JSON.stringify(seed));
  await putEntry(context.entries, 'world', 'current', { value: { generation, sealed }, expiresAt: endOfTime });
  for (const { key } of await context.entries.list('worldChange', before)) {
    await context.entries.take('worldChange', key);
  }
  return generation;
}

const placeOf = (key: string): string => `world ${key}`;

const sealedText = ({ sealingKey, random }: RecordContext, place: string, text: string): string =>
  seal(sealingKey, place, Buffer.from(text), random).toString('base64');

function opened({ sealingKey }: RecordContext, place: string, sealed: string): string {
  const text = open(sealingKey, place, Buffer.from(sealed, 'base64'));
  if (text) return text.toString();
  throw new PartnerAuthError(
    'configuration',
    'The world in the data folder cannot be opened: its sealing key is another, or it was changed. Restore the folder, or start with another.',
  );
}
