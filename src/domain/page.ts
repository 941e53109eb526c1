/** What of a list is wanted. */
export interface PageOrder {
  /** Text that stands in one of the names, in any letter case. */
  readonly search?: string | undefined;
  /** Default 0. */
  readonly skip?: number | undefined;
  /** Default 50, at most `longestPage`. */
  readonly top?: number | undefined;
}

export interface Page<Item> {
  readonly items: readonly Item[];
  /** How many there are on all pages. */
  readonly total: number;
}

export const usualPage = 50;
export const longestPage = 500;

/** One page of the items whose names hold what is searched for, in the order of their first name. */
export function pageOf<Item>(
  all: Iterable<Item>,
  namesOf: (item: Item) => readonly [string, ...string[]],
  { search = '', skip = 0, top = usualPage }: PageOrder,
): Page<Item> {
  const wanted = search.trim().toLowerCase();
  const found: { readonly name: string; readonly item: Item }[] = [];
  for (const item of all) {
    const [first, ...others] = namesOf(item);
    const name = first.toLowerCase();
    if (name.includes(wanted) || others.some((other) => other.toLowerCase().includes(wanted))) {
      found.push({ name, item });
    }
  }
  found.sort((one, other) => (one.name < other.name ? -1 : one.name > other.name ? 1 : 0));
  const items = found.slice(skip, skip + Math.min(top, longestPage)).map(({ item }) => item);
  return { items, total: found.length };
}
