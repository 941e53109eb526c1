import type { HttpReply } from '../../http/message.ts';

/** A refusal in the words of the partner host: a status and one sentence. */
export class ReferralError extends Error {
  readonly statusCode: number;
  readonly headers: HttpReply['headers'];

  constructor(statusCode: number, message: string, headers: HttpReply['headers'] = []) {
    super(message);
    this.statusCode = statusCode;
    this.headers = headers;
  }
}
