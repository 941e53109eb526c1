/**
 * Runs works side by side in waves: once one has ended, no other begins until all that are under way have. What the works
 * of a wave find when they begin is the same for all of them, and no wave meets the works of another.
 */
export function inWaves(): <Value>(work: () => Promise<Value>) => Promise<Value> {
  let underWay = 0;
  let isEbbing = false;
  const waiting: (() => void)[] = [];
  return async (work) => {
    while (isEbbing) await new Promise<void>((resolve) => waiting.push(resolve));
    underWay += 1;
    try {
      return await work();
    } finally {
      underWay -= 1;
      isEbbing = underWay > 0;
      if (!isEbbing) for (const go of waiting.splice(0)) go();
    }
  };
}
