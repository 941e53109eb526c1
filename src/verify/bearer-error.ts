import { PartnerAuthError } from '../base/error.ts';

export type BearerFault =
  | 'malformed'
  | 'unknown_issuer'
  | 'unknown_key'
  | 'bad_signature'
  | 'expired'
  | 'not_yet_valid'
  | 'not_an_access_token';

/** Why a bearer is refused. `message` is for the caller and the same kind of sentence for every fault; no token part. */
export class BearerError extends PartnerAuthError<BearerFault> {
  override readonly name = 'BearerError';
}
