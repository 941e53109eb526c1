import { type Change, type ChangedWorld, type ChangeKind, changeKinds, type What } from './change-kinds.ts';
import type { SealingContext } from './seed-user.ts';

/** Two changes of one thing have one key: the later takes the place of the earlier. */
export const changeKey = (change: Change): string =>
  [change.what, ...kindOf(change.what).key(change.value)].join(' ').toLowerCase();

export const applyChange = (world: ChangedWorld, change: Change): Promise<void> =>
  kindOf(change.what).apply(world, change.value);

/** In the order in which they can be applied: a thing after what it stands in. */
export const inOrder = (changes: readonly Change[]): readonly Change[] => {
  const order = Object.keys(changeKinds);
  return changes.toSorted((one, other) => order.indexOf(one.what) - order.indexOf(other.what));
};

/** As text for the store. It is sealed there, so nothing in it can be read. */
export const encodeChange = (context: SealingContext, { what, value }: Change): string =>
  JSON.stringify(kindOf(what).encode(context, value));

export async function decodeChange(context: SealingContext, text: string): Promise<Change> {
  const written = JSON.parse(text) as Readonly<Record<string, unknown>>;
  const what = (Object.keys(changeKinds) as What[]).find((name) => kindOf(name).member in written);
  if (!what) throw new TypeError('A kept change is of no kind that is known here.');
  return { what, value: await kindOf(what).decode(context, written as never) } as Change;
}

/** Of any kind: a change's value is of the kind its own `what` names. */
const kindOf = (what: What): ChangeKind<unknown> => changeKinds[what] as unknown as ChangeKind<unknown>;
