import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { errorCode } from '../base/error-code.ts';
import { stateFolder } from '../base/folders.ts';
import { Secret } from '../base/secret.ts';
import { AuthError } from '../client/errors.ts';
import { keyBytes } from '../client/stores/cipher.ts';
import { tryFileLock } from '../client/stores/file/locks.ts';
import { databaseName, type FileStoreOptions } from '../client/stores/file/read.ts';
import { prepareFolder } from '../client/stores/file/safe-files.ts';
import type { CommandContext } from './command.ts';
import type { Io, Variables } from './io.ts';
import { terminalSafe } from './output/terminal-safe.ts';

/**
 * The token store's key in the keyring of the system: Secret Service on Linux, Keychain, Credential Manager. The first
 * command that could keep something makes the key. Where there is no keyring, or it is locked, nothing is kept.
 */

/** One entry of the keyring. Each call throws where the keyring cannot be used. */
export interface Keyring {
  /** Null: the entry is not there. */
  read(): Promise<string | null>;
  write(text: string): Promise<void>;
}

const service = 'partner-auth';
const account = 'token-store';

/**
 * The system's own, by the optional package `@napi-rs/keyring`, loaded when it is asked. On Linux the Secret Service
 * alone: the kernel's keyring, its other way, forgets with the session, and the tokens would be lost with the key.
 */
export function systemKeyring(): Keyring {
  const entry = async () => {
    const { AsyncEntry } = await import('@napi-rs/keyring');
    return new AsyncEntry(service, account, { linux: { store: 'secret-service' } });
  };
  return {
    read: async () => (await (await entry()).getPassword()) ?? null,
    write: async (text) => (await entry()).setPassword(text),
  };
}

/** The store with its key from the keyring, or undefined; `--verbose` tells why. Throws `AuthError`: `store_key`. */
export async function keyringStore({
  io,
  values,
  warn,
}: Pick<CommandContext, 'io' | 'values' | 'warn'>): Promise<FileStoreOptions | undefined> {
  const folder = stateFolder(io.variables);
  const found = isKeyringOff(io.variables) ? 'PARTNER_AUTH_KEYRING is off' : await keyFrom(io, folder, warn);
  if (found instanceof Secret) return { folder, key: { kind: 'base64', key: found } };
  if (values.verbose === true || values.debug === true) {
    io.stderr.write(`${terminalSafe(`no key from the keyring: ${found}`)}\n`);
  }
  return undefined;
}

/** Throws `configuration` for another word than on or off. */
export function isKeyringOff({ PARTNER_AUTH_KEYRING: given = '' }: Variables): boolean {
  const choice = given.toLowerCase();
  if (choice === '' || choice === 'on') return false;
  if (choice === 'off') return true;
  throw new AuthError('configuration', 'PARTNER_AUTH_KEYRING is neither on nor off.', {
    hint: 'Leave it out to let the keyring of the system keep the key of the token store.',
  });
}

/** The key, or why there is none. */
async function keyFrom({ keyring, random }: Io, folder: string, warn: (warning: string) => void) {
  if (!keyring) return 'there is none to ask';
  try {
    const kept = await keyring.read();
    if (kept !== null) return readKey(kept);
    if (existsSync(join(folder, databaseName))) {
      return `it holds none, and the token store in ${folder} was begun with another`;
    }
    prepareFolder(folder, warn);
    const release = await lockInTurn(folder, warn);
    if (!release) return 'another process has been making it for a long time';
    try {
      // Another process may have made the key meanwhile; and what counts is what the keyring has kept.
      if ((await keyring.read()) === null) {
        await keyring.write(Buffer.from(random.bytes(keyBytes)).toString('base64'));
      }
      const made = await keyring.read();
      return made === null ? 'it does not keep what it is given' : readKey(made);
    } finally {
      release();
    }
  } catch (cause) {
    if (cause instanceof AuthError) throw cause;
    const isAbsent = errorCode(cause) === 'ERR_MODULE_NOT_FOUND';
    if (isAbsent) return 'the package @napi-rs/keyring is not installed';
    return cause instanceof Error ? cause.message : String(cause);
  }
}

const pauseMilliseconds = 20;
/** Half a minute: whoever makes the key may wait for a person to unlock the keyring. */
const pauses = 1500;

async function lockInTurn(folder: string, warn: (warning: string) => void): Promise<(() => void) | undefined> {
  for (let pause = 0; pause < pauses; pause++) {
    const release = tryFileLock(folder, 'keyring', warn);
    if (release) return release;
    await delay(pauseMilliseconds);
  }
  return undefined;
}

function readKey(text: string): Secret {
  const bytes = Buffer.from(text, 'base64');
  if (bytes.length === keyBytes && bytes.toString('base64') === text) return new Secret(text);
  throw new AuthError('store_key', 'What the keyring holds as the key of the token store is no key.', {
    hint: `Remove its entry (service ${service}, account ${account}), or set PARTNER_AUTH_KEYRING=off.`,
  });
}
