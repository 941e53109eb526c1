/** Wraps `work` so that calls with the same key share one run while it is under way. Nothing is kept afterwards. */
export function singleFlight<Value>(work: (key: string) => Promise<Value>): (key: string) => Promise<Value> {
  const underWay = new Map<string, Promise<Value>>();
  return (key) => {
    const running = underWay.get(key);
    if (running) return running;
    const started = work(key).finally(() => underWay.delete(key));
    underWay.set(key, started);
    return started;
  };
}
