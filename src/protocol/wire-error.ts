import { PartnerAuthError } from '../base/error.ts';

/**
 * What a decoder of this folder throws. `unreadable`: the body as a whole; `missing`, `repeated`, `invalid`: the field
 * named in `field`.
 */
export class WireError extends PartnerAuthError<'unreadable' | 'missing' | 'repeated' | 'invalid'> {
  override readonly name = 'WireError';
  readonly field: string | undefined;

  constructor(code: WireError['code'], message: string, options: { field?: string; cause?: unknown } = {}) {
    super(code, message, options);
    this.field = options.field;
  }
}
