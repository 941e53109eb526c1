export type Source<Item> = Iterable<Item> | AsyncIterable<Item>;

/**
 * Works on what a source gives, up to `limit` at a time; results come as they are done. The source is read no faster than
 * results are taken: at most `limit` works under way and as many results wait. When one fails nothing new is begun; what
 * is under way is done and handed out before the failure is thrown.
 */
export async function* concurrently<Item, Result>(
  source: Source<Item>,
  limit: number,
  work: (item: Item) => Promise<Result>,
): AsyncGenerator<Result, void, undefined> {
  const items = Symbol.asyncIterator in source ? source[Symbol.asyncIterator]() : source[Symbol.iterator]();
  const results: Result[] = [];
  const state = { underWay: 0, isReading: false, isOver: false, failures: [] as unknown[], changed: () => {} };
  const fail = (cause: unknown) => {
    state.failures.push(cause);
    state.isOver = true;
  };
  const begin = (item: Item) => {
    state.underWay += 1;
    const done = work(item).then((result) => void results.push(result), fail);
    void done.then(() => {
      state.underWay -= 1;
      state.changed();
    });
  };
  const read = async () => {
    state.isReading = true;
    try {
      const next = await items.next();
      if (next.done) state.isOver = true;
      else if (!state.isOver) begin(next.value);
    } catch (cause) {
      fail(cause);
    }
    state.isReading = false;
    state.changed();
  };
  try {
    while (!state.isOver || state.underWay > 0 || results.length > 0) {
      const taken = results.splice(0, 1);
      if (!state.isOver && !state.isReading && state.underWay + results.length < limit) void read();
      // Nothing may happen between the look at the results and the wait for the next.
      if (taken.length === 0) await new Promise<void>((resolve) => (state.changed = resolve));
      else yield taken[0] as Result;
    }
    if (state.failures.length > 0) throw state.failures[0];
  } finally {
    state.isOver = true;
    // Not waited for: a source that is being read ends when its next item comes.
    void Promise.resolve(items.return?.()).catch(() => {});
  }
}
