/**
 * Resolves at Ctrl-C or SIGTERM, and for a worker when its first process is gone. `forget` takes the listeners back, so that
 * a second signal ends the process.
 */
export function untilStopped(): { promise: Promise<void>; forget: () => void } {
  let forget = () => {};
  const promise = new Promise<void>((resolve) => {
    const stop = () => resolve();
    process.once('SIGINT', stop);
    process.once('SIGTERM', stop);
    process.once('disconnect', stop);
    forget = () => {
      process.off('SIGINT', stop);
      process.off('SIGTERM', stop);
      process.off('disconnect', stop);
    };
  });
  return { promise, forget };
}
