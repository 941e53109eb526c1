/**
 * The base of the one error family. `message` is a sentence for the caller and never holds a secret; `detail` is for the
 * log; `code` is stable and what programs branch on. A `TypeError` is for a programmer's mistake and is not part of it.
 */
export class PartnerAuthError<Code extends string = string> extends Error {
  override readonly name: string = 'PartnerAuthError';
  readonly code: Code;
  readonly detail: string | undefined;

  constructor(code: Code, message: string, options: { detail?: string | undefined; cause?: unknown } = {}) {
    super(message, options.cause === undefined ? {} : { cause: options.cause });
    this.code = code;
    this.detail = options.detail;
  }
}
