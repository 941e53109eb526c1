import { lateAnswer } from '../in-time.ts';

export interface BatchLimits {
  /** Items in one batch at most. */
  readonly largest: number;
  /** Batches under way at the same time at most. */
  readonly most: number;
  /** A batch under way holds the next one back, so that it grows; not for longer than this. */
  readonly holdMilliseconds: number;
  /** What has waited for longer is not sent any more. */
  readonly waitMilliseconds: number;
}

interface Waiting<Item, Answer> {
  readonly item: Item;
  readonly since: number;
  readonly resolve: (answer: Answer) => void;
  readonly reject: (cause: unknown) => void;
}

/**
 * Lets many calls share one: what is asked for in one turn of the event loop, or while a batch is under way, goes
 * together. A full batch waits for none, nor does any for one that is slow. `send` answers each item in its place; its
 * failure is that of all in the batch.
 */
export function inBatches<Item, Answer>(
  { largest, most, holdMilliseconds, waitMilliseconds }: BatchLimits,
  send: (items: readonly Item[]) => Promise<readonly Answer[]>,
): (item: Item) => Promise<Answer> {
  const waiting: Waiting<Item, Answer>[] = [];
  let isScheduled = false;
  let underWay = 0;
  let holding = 0;

  const mayLeave = () => waiting.length > 0 && underWay < most && (holding === 0 || waiting.length >= largest);

  function schedule(): void {
    if (isScheduled || !mayLeave()) return;
    isScheduled = true;
    setImmediate(() => {
      isScheduled = false;
      dropLate();
      while (mayLeave()) void leave(waiting.splice(0, largest));
    });
  }

  function dropLate(): void {
    const now = performance.now();
    const isLate = ({ since }: Waiting<Item, Answer>) => now - since > waitMilliseconds;
    const fresh = waiting.findIndex((one) => !isLate(one));
    for (const { reject } of waiting.splice(0, fresh < 0 ? waiting.length : fresh)) reject(lateAnswer());
  }

  async function leave(batch: readonly Waiting<Item, Answer>[]): Promise<void> {
    underWay += 1;
    holding += 1;
    let holds = true;
    const letGo = () => {
      if (holds) holding -= 1;
      holds = false;
      schedule();
    };
    const timer = setTimeout(letGo, holdMilliseconds);
    try {
      const answers = await send(batch.map(({ item }) => item));
      for (const [index, { resolve }] of batch.entries()) resolve(answers[index] as Answer);
    } catch (cause) {
      for (const { reject } of batch) reject(cause);
    }
    clearTimeout(timer);
    underWay -= 1;
    letGo();
  }

  return (item) =>
    new Promise((resolve, reject) => {
      waiting.push({ item, since: performance.now(), resolve, reject });
      schedule();
    });
}
