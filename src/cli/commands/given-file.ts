import { boundedFileText, InputTooLong, NotRegular } from '../../client/bounded-input.ts';
import { AuthError } from '../../client/errors.ts';

/** The text of a file that was named on the command line. Throws `configuration`, naming what it was to be. */
export function givenFileText(what: string, file: string, maximumBytes: number): string {
  try {
    return boundedFileText(file, { maximumBytes, regular: true });
  } catch (cause) {
    const why =
      cause instanceof InputTooLong
        ? `is larger than ${maximumBytes} bytes`
        : cause instanceof NotRegular
          ? 'is no regular file'
          : 'cannot be read';
    throw new AuthError('configuration', `The ${what} ${file} ${why}.`, { cause });
  }
}
