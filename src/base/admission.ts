export interface AdmissionLimits {
  /** Works under way at once. */
  readonly atOnce: number;
  /** So many more wait for their turn, in the order they came. */
  readonly waiting: number;
  /** Seconds one of them waits at most. */
  readonly patienceSeconds: number;
}

/** Keeps what is begun within what can be done, so that what cannot be done is said at once. */
export interface Admission {
  /** Does the work when its turn comes. Where there is no room for it, or none in time, the result is what `full` says. */
  admit<Result>(work: () => Promise<Result>, full: () => Result): Promise<Result>;
  /**
   * Waits, in a work that was admitted, for what others do: its place is somebody else's meanwhile, and it goes on when one is
   * free again. At most as many are so away as may be under way, or wait where that is more; for one more the result is what
   * `full` says.
   */
  aside<Result>(others: Promise<Result>, full: () => Result): Promise<Result>;
  readonly underWay: number;
  readonly waiting: number;
}

export function admission(limits: AdmissionLimits): Admission {
  const mostAway = Math.max(limits.atOnce, limits.waiting);
  let underWay = 0;
  let away = 0;
  const queue = new Set<() => void>();
  /** False: it did not come in time. */
  const turn = (): Promise<boolean> =>
    new Promise((resolve) => {
      const end = (cameInTime: boolean) => {
        clearTimeout(timer);
        queue.delete(begin);
        resolve(cameInTime);
      };
      const begin = () => end(true);
      const timer = setTimeout(end, limits.patienceSeconds * 1000, false);
      queue.add(begin);
    });
  const leave = () => {
    const [next] = queue;
    if (!next) {
      underWay -= 1;
      return;
    }
    // The place is handed on: nobody who comes now is before those who waited.
    queue.delete(next);
    next();
  };
  /** Whoever was here before is not sent away for having waited. */
  const comeBack = async () => {
    if (underWay < limits.atOnce) underWay += 1;
    else await new Promise<void>((resolve) => queue.add(resolve));
  };
  return {
    async admit(work, full) {
      if (underWay < limits.atOnce) underWay += 1;
      else if (queue.size >= limits.waiting || !(await turn())) return full();
      try {
        return await work();
      } finally {
        leave();
      }
    },
    async aside(others, full) {
      if (away >= mostAway) {
        // Nobody listens to what becomes of it.
        others.catch(() => {});
        return full();
      }
      away += 1;
      leave();
      try {
        return await others;
      } finally {
        away -= 1;
        await comeBack();
      }
    },
    get underWay() {
      return underWay;
    },
    get waiting() {
      return queue.size;
    },
  };
}
