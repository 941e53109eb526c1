import { errorCode } from '../../base/error-code.ts';
import { boundedFile, InputTooLong, NotRegular } from '../../client/bounded-input.ts';
import { unusable } from '../../client/certificate.ts';
import type { CertificateContext } from './context.ts';

/** Some hundred certificates; a file of this size is no accident. */
const maximumBytes = 262_144;

export interface CertificateFile {
  readonly path: string;
  readonly bytes: Buffer;
  /** Permission bits. */
  readonly mode: number;
}

/** Throws `certificate_unusable`. */
export function readBytes(path: string): CertificateFile {
  try {
    const { bytes, stats } = boundedFile(path, { maximumBytes, regular: true });
    return { path, bytes, mode: stats.mode & 0o777 };
  } catch (cause) {
    throw unusable(`${path} ${faultOf(cause)}.`, { cause });
  }
}

function faultOf(cause: unknown): string {
  if (cause instanceof InputTooLong) return `is longer than ${maximumBytes} bytes, which no certificate is`;
  if (cause instanceof NotRegular) return 'is no file';
  const code = errorCode(cause) ?? 'unknown';
  return code === 'ENOENT' ? 'is not there' : `cannot be read (${code})`;
}

/** Who can write the file chooses whose key signs; who can read it can sign too, unless a password is on the key. */
export function requireOwn({ warn }: Pick<CertificateContext, 'warn'>, { path, mode }: CertificateFile): void {
  if (process.platform === 'win32') return;
  const shown = `mode ${mode.toString(8).padStart(4, '0')}`;
  if ((mode & 0o022) !== 0) {
    throw unusable(`${path} can be written to by others (${shown}).`, {
      hint: `chmod 600 ${path}`,
    });
  }
  if ((mode & 0o044) !== 0) {
    warn(`The file ${path} can be read by others (${shown}); chmod 600 keeps it to you.`);
  }
}
