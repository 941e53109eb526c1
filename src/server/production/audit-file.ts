import { constants } from 'node:fs';
import { type FileHandle, open, stat } from 'node:fs/promises';
import { setTimeout as wait } from 'node:timers/promises';
import { PartnerAuthError } from '../../base/error.ts';
import { errorCode } from '../../base/error-code.ts';
import type { AuditLog } from '../../token-service/index.ts';

export interface AuditFile extends AuditLog {
  /** Rejects while nothing can be recorded: after a failure a line end is written to find out, else nothing is. */
  check(): Promise<void>;
  /** Waits for what is being recorded, three seconds at most. */
  close(): Promise<void>;
}

/** A disk that does not answer (a network’s, as a rule) is given up; what was to be recorded may still get there. */
const patienceMilliseconds = 3000;

interface Waiting {
  readonly line: string;
  readonly done: () => void;
  readonly failed: (cause: unknown) => void;
}

/**
 * JSON lines, appended and synced before `record` resolves: one write and one sync for all that wait. Several processes may
 * append to one file. A file that was moved away (logrotate) is begun anew. What cannot be written rejects, after three seconds
 * at the latest, and the next record tries again.
 */
export async function openAuditFile(path: string): Promise<AuditFile> {
  let handle = await opened(path);
  let waiting = new Set<Waiting>();
  let underWay: Promise<void> | undefined;
  // What failed may have left half a line: the next one begins below it.
  let begin = '';
  let isSilent = false;

  async function write(batch: readonly Waiting[]): Promise<void> {
    try {
      if (await isMoved(handle, path)) {
        const before = handle;
        handle = await opened(path);
        await before.close();
      }
      await handle.appendFile(begin + batch.map(({ line }) => line).join(''));
      await handle.datasync();
      begin = '';
      for (const { done } of batch) done();
    } catch (cause) {
      begin = '\n';
      for (const { failed } of batch) failed(cause);
    }
    isSilent = false;
  }

  async function writeAll(): Promise<void> {
    while (waiting.size > 0) {
      const batch = [...waiting];
      waiting = new Set();
      await write(batch);
    }
    underWay = undefined;
  }

  async function append(line: string): Promise<void> {
    const { promise, resolve: done, reject: failed } = Promise.withResolvers<void>();
    const one = { line, done, failed };
    const late = setTimeout(() => {
      isSilent = true;
      waiting.delete(one);
      failed(silent());
    }, patienceMilliseconds);
    waiting.add(one);
    underWay ??= writeAll();
    try {
      await promise;
    } finally {
      clearTimeout(late);
    }
  }

  async function closed(): Promise<void> {
    await underWay;
    await handle.close();
  }

  return {
    record: (record) => append(`${JSON.stringify(record)}\n`),
    check: async () => {
      if (isSilent) throw silent();
      if (begin !== '') await append('');
    },
    close: () => Promise.race([closed(), wait(patienceMilliseconds, undefined, { ref: false })]),
  };
}

const silent = () => new Error('the disk of the audit file does not answer');

async function opened(path: string): Promise<FileHandle> {
  const { O_APPEND, O_CREAT, O_WRONLY, O_NOFOLLOW = 0, O_NONBLOCK = 0 } = constants;
  try {
    const handle = await open(path, O_APPEND | O_CREAT | O_WRONLY | O_NOFOLLOW | O_NONBLOCK, 0o600);
    if ((await handle.stat()).isFile()) return handle;
    await handle.close();
  } catch (cause) {
    const why = errorCode(cause) ?? cause;
    throw new PartnerAuthError('configuration', `audit.file: ${path} cannot be written (${why}).`, { cause });
  }
  throw new PartnerAuthError('configuration', `audit.file: ${path} is no regular file.`);
}

async function isMoved(handle: FileHandle, path: string): Promise<boolean> {
  const [own, there] = await Promise.all([handle.stat(), stat(path).catch(() => undefined)]);
  return own.ino !== there?.ino || own.dev !== there.dev;
}
