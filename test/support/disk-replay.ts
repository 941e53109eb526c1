import { readdirSync, readFileSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import type { SystemCall } from './strace.ts';

interface DiskFile {
  written: Buffer;
  /** What of it would survive a loss of power. */
  flushed: Buffer;
}

/** A disk as system calls leave it. */
export interface Disk {
  /** Every name, a folder's too. */
  readonly names: Map<string, DiskFile>;
  /** The names that would survive. */
  readonly flushedNames: Map<string, DiskFile>;
}

const empty = (): DiskFile => ({ written: Buffer.alloc(0), flushed: Buffer.alloc(0) });

/** A disk on which all of a folder is safe; without the folder, a disk without it. */
export function diskWith(folder?: string): Disk {
  const names = new Map<string, DiskFile>();
  if (folder !== undefined) {
    names.set(folder, empty());
    for (const name of readdirSync(folder, { withFileTypes: true }).filter((entry) => entry.isFile())) {
      const bytes = readFileSync(join(folder, name.name));
      names.set(join(folder, name.name), { written: bytes, flushed: bytes });
    }
  }
  return { names, flushedNames: new Map(names) };
}

const lastNumber = (given: string): number => Number(/(\d+)$/.exec(given)?.[1]);

function resized(bytes: Buffer, length: number): Buffer {
  const changed = Buffer.alloc(length);
  bytes.copy(changed);
  return changed;
}

const effects: Readonly<Record<string, (disk: Disk, call: SystemCall) => void>> = {
  openat: ({ names }, { given, texts: [, path = ''] }) => {
    if (given.includes('O_CREAT') && !names.has(path)) names.set(path, empty());
  },
  mkdir: ({ names }, { texts: [path = ''] }) => void names.set(path, empty()),
  unlink: ({ names }, { texts: [path = ''] }) => void names.delete(path),
  rename: ({ names }, { texts: [from = '', to = ''] }) => {
    const file = names.get(from);
    if (file) names.set(to, file);
    names.delete(from);
  },
  pwrite64: ({ names }, { given, texts: [path = '', data = ''] }) => {
    const file = names.get(path);
    if (!file) return;
    const offset = lastNumber(given);
    file.written = resized(file.written, Math.max(file.written.length, offset + data.length));
    file.written.write(data, offset, 'latin1');
  },
  ftruncate: ({ names }, { given, texts: [path = ''] }) => {
    const file = names.get(path);
    if (file) file.written = resized(file.written, lastNumber(given));
  },
  fsync: flush,
  fdatasync: flush,
};

/** A file's content; a folder's names. */
function flush({ names, flushedNames }: Disk, { texts: [path = ''] }: SystemCall): void {
  const file = names.get(path);
  if (file) file.flushed = file.written;
  for (const name of flushedNames.keys()) if (dirname(name) === path && !names.has(name)) flushedNames.delete(name);
  for (const [name, inside] of names) if (dirname(name) === path) flushedNames.set(name, inside);
}

export function apply(disk: Disk, call: SystemCall): void {
  if (call.result >= 0) effects[call.name]?.(disk, call);
}

const isKept = (name: string): boolean => !name.endsWith('-shm') && !name.endsWith('/locks');

/**
 * The files of a folder after the power failed: only what had been flushed, or by luck all that was written. SQLite's
 * shared memory is the running machine's alone.
 */
export function filesAfterwards({ names, flushedNames }: Disk, folder: string, luck: boolean) {
  const found = luck ? names : flushedNames;
  const inside = found.has(folder) ? [...found].filter(([name]) => dirname(name) === folder && isKept(name)) : [];
  return new Map(inside.map(([name, file]) => [basename(name), luck ? file.written : file.flushed] as const));
}
