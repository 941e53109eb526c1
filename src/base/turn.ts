/**
 * Makes a meeting point: whoever waits for it in one turn of the event loop goes on together when what is at hand in that
 * turn has been read, all through one step before any goes through the next.
 */
export function turnEnds(): () => Promise<void> {
  let end: Promise<void> | undefined;
  return () => {
    end ??= new Promise((resolve) => {
      setImmediate(() => {
        end = undefined;
        resolve();
      });
    });
    return end;
  };
}
