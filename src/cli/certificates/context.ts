import type { Clock } from '../../base/clock.ts';
import type { Secret } from '../../base/secret.ts';
import type { Variables } from '../io.ts';

export interface CertificateContext {
  readonly variables: Variables;
  readonly clock: Clock;
  readonly warn: (warning: string) => void;
  /** What matters only to somebody who looks closer, such as a file in a folder that is not of use: for `--verbose`. */
  readonly note: (note: string) => void;
}

/**
 * Where the password of a file comes from: `--certificate-password-file`, `PARTNER_AUTH_CERTIFICATE_PASSWORD`,
 * `AZURE_CLIENT_CERTIFICATE_PASSWORD`, a prompt that may name the file. Undefined: there is none. Asked only when a file
 * cannot be opened without.
 */
export type PasswordSource = (path: string) => Promise<Secret | undefined>;

export interface CertificateOptions {
  readonly password: PasswordSource;
  /**
   * The library's member of this name. `AZURE_CLIENT_SEND_CERTIFICATE_CHAIN` says so by `true` or `1`, in any letter
   * case, as Azure's libraries read it. Default false.
   */
  readonly sendCertificateChain?: boolean | undefined;
}
