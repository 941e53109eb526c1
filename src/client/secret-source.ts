import type { Secret } from '../base/secret.ts';
import { AuthError } from './errors.ts';

/** A secret that is read when it is needed: from a file, standard input, a prompt, or memory. */
export type SecretSource = () => Secret | Promise<Secret>;

export async function secretOf(source: SecretSource | undefined): Promise<Secret> {
  if (!source) throw new AuthError('invalid_parameters', 'A secret is missing.');
  const secret = await source();
  if (secret.reveal() === '') throw new AuthError('invalid_parameters', 'A secret is empty.');
  return secret;
}
