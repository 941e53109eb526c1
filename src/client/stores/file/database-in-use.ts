import { setTimeout as delay } from 'node:timers/promises';
import { openOrSetAside, setAside } from './damage.ts';
import { fileAt, type OpenDatabase } from './database.ts';
import { isDamage, storeFailure } from './failures.ts';
import type { FileStoreOptions } from './read.ts';
import { prepareFolder } from './safe-files.ts';
import { sqliteCode, sqliteCodes } from './sqlite.ts';

/** A piece of work on the database: all of it or nothing, so that it can be tried again. */
export type Work<Value> = (opened: OpenDatabase) => Value;

/** How long others may be writing before it is a failure: a write takes a millisecond, so this is thousands of them. */
const patienceMilliseconds = 30_000;
const longestPauseMilliseconds = 200;

/**
 * At random, longer with each try. SQLite's own waiting would block the thread, and at a tenth of a second a try those who
 * wait would lose against those who have just written, for as long as they write.
 */
const pauseMilliseconds = (tries: number): number =>
  1 + Math.random() * Math.min(longestPauseMilliseconds, 2 ** Math.min(tries, 10));

/** The database for each piece of work: opened anew when its file was removed or set aside, or proves to be damaged. */
export function databaseInUse(options: FileStoreOptions, path: string, warn: (warning: string) => void) {
  const open = (): OpenDatabase => {
    prepareFolder(options.folder, warn);
    return openOrSetAside(options, path, warn);
  };
  let opened = open();
  const close = (): void => {
    if (opened.database.isOpen) opened.database.close();
  };
  const attempt = <Value>(work: Work<Value>): Value => {
    if (fileAt(path) !== opened.file) {
      close();
      opened = open();
    }
    return work(opened);
  };
  const use = async <Value>(work: Work<Value>): Promise<Value> => {
    const deadline = performance.now() + patienceMilliseconds;
    let isMended = false;
    for (let tries = 1; ; tries++) {
      try {
        return attempt(work);
      } catch (cause) {
        if (isDamage(cause) && !isMended) {
          isMended = true;
          close();
          setAside(options.folder, { path, damaged: opened.file }, warn);
        } else if (sqliteCode(cause) === sqliteCodes.busy && performance.now() < deadline) {
          await delay(pauseMilliseconds(tries));
        } else throw storeFailure(path, cause);
      }
    }
  };
  return { attempt, close, use };
}
