import { closeSync, constants, fstatSync, openSync, readSync, type Stats } from 'node:fs';

/**
 * Files and standard input, read to their end or one byte past their limit, whichever comes first: /dev/zero has no end,
 * and a limit that is looked at afterwards has been paid for already.
 */

/** The longest secret, token or file of the set-up, in bytes: tokens are a few thousand. */
const maximumSecretBytes = 65_536;

/** What was to be read is longer than its limit. `code` is the system's for a file that is too large. */
export class InputTooLong extends Error {
  override readonly name = 'InputTooLong';
  readonly code = 'EFBIG';

  constructor(maximumBytes: number) {
    super(`longer than ${maximumBytes} bytes`);
  }
}

/** A pipe, a device or a folder where a file is wanted. */
export class NotRegular extends Error {
  override readonly name = 'NotRegular';
  readonly code = 'EINVAL';
}

/** The text of a stream. Throws `InputTooLong`, having closed it. */
export async function boundedText(
  pieces: AsyncIterable<Uint8Array>,
  maximumBytes = maximumSecretBytes,
): Promise<string> {
  const kept: Uint8Array[] = [];
  let size = 0;
  for await (const piece of pieces) {
    size += piece.length;
    if (size > maximumBytes) throw new InputTooLong(maximumBytes);
    kept.push(piece);
  }
  return Buffer.concat(kept).toString('utf8');
}

export interface FileLimits {
  /** Default: a secret's. */
  readonly maximumBytes?: number;
  /** Refuse pipes, devices and folders. Default false. */
  readonly regular?: boolean;
}

/** The text of a file. Throws `InputTooLong`, `NotRegular`, and what the system throws. */
export const boundedFileText = (path: string, limits: FileLimits = {}): string =>
  boundedFile(path, limits).bytes.toString('utf8');

/** The bytes of a file, and what the system says of that same file. Throws as `boundedFileText`. */
export function boundedFile(path: string, limits: FileLimits = {}): { readonly bytes: Buffer; readonly stats: Stats } {
  const { maximumBytes = maximumSecretBytes, regular = false } = limits;
  // A pipe nobody writes to would be waited for in open itself.
  const descriptor = openSync(path, constants.O_RDONLY | (regular ? (constants.O_NONBLOCK ?? 0) : 0));
  try {
    const stats = fstatSync(descriptor);
    if (regular && !stats.isFile()) throw new NotRegular();
    if (stats.size > maximumBytes) throw new InputTooLong(maximumBytes);
    const bytes = Buffer.allocUnsafe(maximumBytes + 1);
    let size = 0;
    for (let read = 1; read > 0 && size < bytes.length; size += read) {
      read = readSync(descriptor, bytes, size, bytes.length - size, null);
    }
    if (size > maximumBytes) throw new InputTooLong(maximumBytes);
    return { bytes: bytes.subarray(0, size), stats };
  } finally {
    closeSync(descriptor);
  }
}
