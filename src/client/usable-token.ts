import { isTokenText } from './token-claims.ts';

/** Ten years: the sum with a date stays one. */
const longestLifeSeconds = 315_360_000;

interface AnsweredToken {
  readonly accessToken: string;
  readonly tokenType: string;
  readonly expiresInSeconds?: number | undefined;
  readonly extExpiresInSeconds?: number | undefined;
}

/** What an answer has to be for its token to be handed on. Throws a `TypeError` that names the member, never its value. */
export function requireUsableToken(answer: AnsweredToken): void {
  const { accessToken, tokenType, expiresInSeconds = 0, extExpiresInSeconds = 0 } = answer;
  if (!isTokenText(accessToken)) throw new TypeError('access_token holds other than visible ASCII');
  // RFC 6749 section 7.1: a token of another type is not to be used by who does not know the type.
  if (tokenType.toLowerCase() !== 'bearer') throw new TypeError('token_type is another than Bearer');
  if (Math.max(expiresInSeconds, extExpiresInSeconds) > longestLifeSeconds) {
    throw new TypeError('expires_in is longer than any token lives');
  }
}
