import { open } from 'node:fs/promises';
import { errorCode } from '../base/error-code.ts';
import { isJsonObject, ownText } from '../base/json.ts';
import { Secret } from '../base/secret.ts';
import { boundedText, InputTooLong } from '../client/bounded-input.ts';
import { AuthError } from '../client/errors.ts';
import type { Io } from './io.ts';
import type { SecretPlace } from './secret-places.ts';

/** Secrets come from files, standard input, the environment or a prompt; never from the command line. */

/** Reads a secret once, from where it is. A file that others may read earns a warning. */
export async function readSecret(io: Io, place: SecretPlace, warn: (warning: string) => void): Promise<Secret> {
  const text = place.kind === 'variable' ? (io.variables[place.name] ?? '') : await fileText(io, place, warn);
  const value = text.replace(/\r?\n$/, '');
  if (value === '') throw new AuthError('invalid_parameters', `${place.label} is empty.`);
  return new Secret(value);
}

/** The text as it is, of a file or of standard input. */
export async function fileText(io: Io, place: SecretPlace, warn: (warning: string) => void): Promise<string> {
  try {
    if (place.name === '-') return await io.stdin.read();
    const file = await open(place.name, 'r');
    try {
      const stats = await file.stat();
      if (stats.isDirectory()) throw new AuthError('configuration', `${place.label} is a directory.`);
      if (stats.isFile() && process.platform !== 'win32' && (stats.mode & 0o077) !== 0) {
        const mode = (stats.mode & 0o777).toString(8).padStart(4, '0');
        warn(`The file ${place.name} can be read by others (mode ${mode}); chmod 600 keeps it to you.`);
      }
      return await boundedText(file.createReadStream({ autoClose: false }));
    } finally {
      await file.close();
    }
  } catch (cause) {
    if (cause instanceof AuthError) throw cause;
    if (cause instanceof InputTooLong) throw tooLong(place, cause);
    const code = errorCode(cause) ?? 'unknown';
    throw new AuthError('configuration', `${place.label} cannot be read (${code}).`, { cause });
  }
}

const tooLong = ({ label }: SecretPlace, cause: unknown): AuthError =>
  new AuthError('configuration', `${label} is too long for a secret or a token.`, { cause });

/** Standard input is one stream: only one secret can come from it. */
export function refuseSecondStandardInput(places: readonly (SecretPlace | undefined)[]): void {
  const used = places.filter((place) => place?.kind === 'file' && place.name === '-');
  if (used.length < 2) return;
  const labels = used.map((place) => place?.label.replace(/ -$/, '')).join(' and ');
  throw new AuthError('invalid_parameters', `${labels} both read standard input; only one can.`);
}

/** A credential file: the application id on its first line, the secret on its second. */
export function credentialOf(text: Secret): { readonly userName: string; readonly password: Secret } {
  const [userName = '', password = '', ...more] = text.reveal().split(/\r?\n/);
  if (userName.trim() === '' || password === '' || more.some((line) => line !== '')) {
    throw new AuthError('configuration', 'A credential file has two lines: the application id and its secret.');
  }
  return { userName: userName.trim(), password: new Secret(password) };
}

/** A token as people keep it: alone, as a header's value, or in the object that `token` prints. */
export function tokenOf(text: Secret): Secret {
  const trimmed = text.reveal().trim();
  const value = trimmed.startsWith('{') ? (tokenInObject(trimmed) ?? '') : trimmed.replace(/^bearer\s+/i, '');
  return new Secret(value);
}

function tokenInObject(text: string): string | undefined {
  try {
    const value: unknown = JSON.parse(text);
    return isJsonObject(value) ? (ownText(value, 'accessToken') ?? ownText(value, 'access_token')) : undefined;
  } catch {
    return undefined;
  }
}
