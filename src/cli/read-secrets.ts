import { Secret } from '../base/secret.ts';
import { AuthError } from '../client/errors.ts';
import { keptSecret, type SecretName, secretOwner } from '../client/kept-secrets.ts';
import { certificatePasswordPlace } from './certificate-source.ts';
import type { PasswordSource } from './certificates/index.ts';
import type { CommandContext } from './command.ts';
import { requiredTokens } from './kept-tokens.ts';
import { keptSecretOf, type SecretMember, type SecretPlaces } from './secret-places.ts';
import { credentialOf, readSecret } from './secrets.ts';

/** The secrets of one request, each read when it is asked for, and once. */
export interface Reading {
  readonly places: SecretPlaces;
  readonly prompted: SecretMember | undefined;
  /** Who has to own a secret that the store keeps. */
  readonly authority: string;
  readonly applicationId: string | undefined;
  readonly username: string | undefined;
  /** Whose kept secrets serve, and which there are. */
  readonly profile: string | undefined;
  readonly keptSecrets: readonly SecretName[];
  /** Takes in what is read and may be kept. */
  readonly read: Map<SecretName, Secret>;
}

const questions: Readonly<Record<SecretMember, string>> = {
  accessToken: 'Access token',
  credential: 'Client secret',
  password: 'Password',
  refreshToken: 'Refresh token',
};

/** Undefined: there is nothing to read. */
export function secretSource(
  context: CommandContext,
  reading: Reading,
  member: SecretMember,
): (() => Promise<Secret>) | undefined {
  const { io, warn } = context;
  const place = reading.places[member];
  if (!place && reading.prompted !== member) return undefined;
  const name = member === 'credential' || member === 'password' ? keptSecretOf[member] : undefined;
  const source = async (): Promise<Secret> => {
    if (place?.kind === 'profile' && name) return secretOfProfile(context, reading, name);
    if (place) return readSecret(io, place, warn);
    return io.prompt ? io.prompt(questions[member]) : new Secret('');
  };
  let read: Promise<Secret> | undefined;
  return () => {
    read ??= source().then((secret) => remembered(context, reading, { name, secret }));
    return read;
  };
}

/** The application's id and its secret, which stand in one file. */
export async function readCredential({ io, secrets, warn }: CommandContext, { places, read }: Reading) {
  if (!places.credential) return undefined;
  const text = await readSecret(io, places.credential, warn);
  secrets.push(text);
  const credential = credentialOf(text);
  secrets.push(credential.password);
  read.set('clientSecret', credential.password);
  return credential;
}

/** From where it is said to be, else where it is kept, else from a prompt. */
export function certificatePassword(context: CommandContext, reading: Reading): PasswordSource {
  const { io, values, warn } = context;
  const name = 'certificatePassword';
  const source = async (path: string): Promise<Secret | undefined> => {
    const place = certificatePasswordPlace(values, io.variables);
    if (place) return readSecret(io, place, warn);
    if (reading.keptSecrets.includes(name)) return secretOfProfile(context, reading, name);
    return io.prompt?.(`Password of ${path}`);
  };
  return async (path) => {
    const secret = await source(path);
    return secret && remembered(context, reading, { name, secret });
  };
}

function remembered(
  { secrets }: CommandContext,
  { read }: Reading,
  { name, secret }: { readonly name: SecretName | undefined; readonly secret: Secret },
): Secret {
  secrets.push(secret);
  if (name) read.set(name, secret);
  return secret;
}

async function secretOfProfile(context: CommandContext, reading: Reading, name: SecretName): Promise<Secret> {
  const { authority, applicationId = '', username, profile = '' } = reading;
  const owner = secretOwner(name, { authority, applicationId, username });
  const secret = await keptSecret(await requiredTokens(context), { profile, name }, owner);
  if (secret) return secret;
  throw new AuthError('sign_in_needed', `The secret of the profile ${profile} is not stored any more.`, {
    hint: `Sign in again: partner-auth login --profile ${profile}`,
  });
}
