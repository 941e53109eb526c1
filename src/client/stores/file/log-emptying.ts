import { setImmediate as endOfTurn } from 'node:timers/promises';

/** The log still holds, sealed, what was deleted from the database; see `emptyLog`. */
interface Emptying {
  /** Once; throws while others write. */
  readonly now: () => void;
  /** Until it is done, or patience ends. */
  readonly waiting: () => Promise<void>;
}

/**
 * A deletion ends with an empty log: once for all that are deleted in one turn of the event loop, and at the latest when
 * the store is closed. That it could not be done is said; what was deleted is deleted all the same.
 */
export function logEmptying({ now, waiting }: Emptying, warn: (warning: string) => void) {
  const deletions = { made: 0, emptied: 0 };
  let next: Promise<void> | undefined;
  let closed = false;
  const inVain = (cause: unknown) =>
    warn(`What was deleted may stand, sealed, in the token store’s log until it is emptied: ${String(cause)}`);
  const emptied = async (): Promise<void> => {
    await endOfTurn();
    next = undefined;
    const { made } = deletions;
    try {
      if (!closed && deletions.emptied < made) await waiting();
      deletions.emptied = made;
    } catch (cause) {
      if (!closed) inVain(cause);
    }
  };
  return {
    /** Done when the log has been emptied of what was deleted up to now. */
    soon: (): Promise<void> => {
      deletions.made += 1;
      next ??= emptied();
      return next;
    },
    /** What is still due; nothing more comes. */
    close: (): void => {
      closed = true;
      try {
        if (deletions.emptied < deletions.made) now();
      } catch (cause) {
        inVain(cause);
      }
    },
  };
}
