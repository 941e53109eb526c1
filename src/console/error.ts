import { PartnerAuthError } from '../base/error.ts';

const statuses = {
  unreadable: 400,
  signInNeeded: 401,
  notAllowed: 403,
  foreignForm: 403,
  otherMachine: 403,
  notFound: 404,
  wrongMethod: 405,
  formUsed: 409,
  tooLarge: 413,
  failed: 500,
} as const;

export type ConsoleErrorCode = keyof typeof statuses;

/** A request that the console refuses: why, in a sentence for whoever asked. */
export class ConsoleError extends PartnerAuthError<ConsoleErrorCode> {
  override readonly name = 'ConsoleError';
  readonly status: number;

  constructor(code: ConsoleErrorCode, message: string, options: { cause?: unknown } = {}) {
    super(code, message, options);
    this.status = statuses[code];
  }
}
