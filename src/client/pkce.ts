import { base64url, sha256 } from '../base/bytes.ts';
import type { Random } from '../base/random.ts';
import { Secret } from '../base/secret.ts';
import { AuthError } from './errors.ts';

/** Proof Key for Code Exchange (RFC 7636): who redeems a code shows that it was they who asked for it. */
export interface ProofKey {
  /** `code_verifier` of the token request. */
  readonly verifier: Secret;
  /** `code_challenge` of the authorize request. */
  readonly challenge: string;
  /** `code_challenge_method`: never `plain`, which shows the verifier to whoever sees the request. */
  readonly method: 'S256';
}

/** 256 bits, which base64url writes in 43 characters: the shortest verifier RFC 7636 section 4.1 allows. */
const verifierBytes = 32;

/**
 * A new key, for one sign-in. `announced` is the metadata's `code_challenge_methods_supported`: where it is announced and
 * has no S256, this throws `configuration` (RFC 9700 section 2.1.1) and never falls back to `plain`. Entra announces
 * nothing and takes S256.
 */
export function newProofKey(random: Random, announced?: readonly string[] | undefined): ProofKey {
  if (announced && !announced.includes('S256')) {
    throw new AuthError('configuration', 'The authority does not offer S256 for the proof key of a sign-in.', {
      reason: 'Its metadata names code_challenge_methods_supported without S256, and anything weaker is not used.',
      hint: 'Check the environment: Entra and the sandbox take S256.',
    });
  }
  const verifier = base64url(random.bytes(verifierBytes));
  return { verifier: new Secret(verifier), challenge: base64url(sha256(verifier)), method: 'S256' };
}
