import { PartnerAuthError } from '../base/error.ts';

/** `invalid`: a value no rule allows. `taken`: another has it. `missing`: there is nothing of that name. */
export type RefusalCode = 'invalid' | 'taken' | 'missing';

/** A change of the directory that its rules do not allow: at which field, why, and what to do instead. */
export class Refusal extends PartnerAuthError<RefusalCode> {
  override readonly name = 'Refusal';
  readonly field: string;

  constructor(code: RefusalCode, field: string, message: string) {
    super(code, message);
    this.field = field;
  }
}

export function refuse(code: RefusalCode, field: string, message: string): never {
  throw new Refusal(code, field, message);
}
