let end: Promise<void> | undefined;

/**
 * When what is at hand in this turn of the event loop has been read. Whoever waits in one turn waits for the same promise:
 * they go on together, all through one step before any goes through the next.
 */
export function endOfTurn(): Promise<void> {
  end ??= new Promise((resolve) => {
    setImmediate(() => {
      end = undefined;
      resolve();
    });
  });
  return end;
}
