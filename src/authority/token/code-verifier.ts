import { base64url, equalInConstantTime, sha256 } from '../../base/bytes.ts';
import type { AuthorizationCode } from '../../domain/index.ts';
import type { AuthorityContext } from '../context.ts';
import { AuthorityError } from '../error-table.ts';
import { policyOf } from '../policy.ts';
import type { AuthenticatedExchange } from './grant.ts';

/** RFC 7636 section 4.1. */
const minimumLength = 43;
const maximumLength = 128;
const allowedCharacters = /^[A-Za-z0-9._~-]+$/;

/**
 * Proof Key for Code Exchange (RFC 7636 section 4.6). Whoever sent a challenge must show its verifier, and whoever shows a
 * verifier must have sent a challenge: otherwise somebody took it out of the authorize request (RFC 9700 section 4.8.2).
 */
export function checkCodeVerifier(context: AuthorityContext, exchange: AuthenticatedExchange, code: AuthorizationCode) {
  const verifier = exchange.request.parameters.codeVerifier?.reveal();
  const { codeChallenge } = code;
  if (!codeChallenge) {
    if (verifier !== undefined) throw new AuthorityError('codeChallengeInvalid');
    if (needsChallenge(context, exchange, code)) throw new AuthorityError('codeChallengeRequired');
    return;
  }
  if (!policyOf(context).codeChallengeMethods.includes(codeChallenge.method)) {
    throw new AuthorityError('codeChallengeInvalid');
  }
  if (!verifier) throw new AuthorityError('missingParameter', { parameter: 'code_verifier' });
  if (verifier.length < minimumLength || verifier.length > maximumLength) throw new AuthorityError('codeVerifierSize');
  const expected = codeChallenge.method === 'S256' ? base64url(sha256(verifier)) : verifier;
  if (!allowedCharacters.test(verifier) || !equalInConstantTime(expected, codeChallenge.value)) {
    throw new AuthorityError('codeVerifierMismatch');
  }
}

const needsChallenge = (
  context: AuthorityContext,
  { client }: AuthenticatedExchange,
  { platform }: AuthorizationCode,
) => platform === 'spa' || (client.authentication === 'none' && policyOf(context).publicClientsNeedChallenge);
