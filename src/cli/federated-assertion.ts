import { errorCode } from '../base/error-code.ts';
import { Secret } from '../base/secret.ts';
import { boundedFileText, InputTooLong, NotRegular } from '../client/bounded-input.ts';
import type { ClientAssertion } from '../client/client-assertion.ts';
import { AuthError } from '../client/errors.ts';
import { isTokenText } from '../client/token-claims.ts';

/**
 * The token that an identity provider leaves in a file for a federated credential (`AZURE_FEDERATED_TOKEN_FILE`),
 * whatever it is presented to. It is read at each use: Kubernetes replaces it before it expires. Throws `configuration`.
 */
export const federatedAssertion =
  (path: string, variable = 'AZURE_FEDERATED_TOKEN_FILE'): ClientAssertion =>
  async () => {
    const token = textOf(path, variable).trim();
    if (isTokenText(token) && token.split('.').length === 3) return new Secret(token);
    throw new AuthError('configuration', `The file of ${variable}, ${path}, holds no token.`, {
      hint: 'It holds one JWT and nothing else.',
    });
  };

function textOf(path: string, variable: string): string {
  try {
    return boundedFileText(path, { regular: true });
  } catch (cause) {
    const code = errorCode(cause) ?? 'unknown';
    const why = cause instanceof InputTooLong ? 'is too long for a token' : `cannot be read (${code})`;
    const what = cause instanceof NotRegular ? 'is no file' : why;
    throw new AuthError('configuration', `The file of ${variable}, ${path}, ${what}.`, { cause });
  }
}
