import { PartnerAuthError } from '../../base/error.ts';

const statuses = {
  invalidInput: 400,
  unreadableBody: 400,
  foreignOrigin: 403,
  notLoopback: 403,
  unknownPath: 404,
  notFound: 404,
  wrongMethod: 405,
  conflict: 409,
  bodyTooLarge: 413,
  wrongContentType: 415,
  failed: 500,
} as const;

export type ControlErrorCode = keyof typeof statuses;

/** A refusal of the control API: what is wrong, with what, and what to do. */
export class ControlError extends PartnerAuthError<ControlErrorCode> {
  override readonly name = 'ControlError';
  readonly status: number;
  /** The member, parameter or header concerned. */
  readonly target: string | undefined;

  constructor(code: ControlErrorCode, message: string, options: { target?: string; cause?: unknown } = {}) {
    super(code, message, options);
    this.status = statuses[code];
    this.target = options.target;
  }
}
