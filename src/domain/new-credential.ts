import type { X509Certificate } from 'node:crypto';
import { addSeconds } from '../base/clock.ts';
import type { Random } from '../base/random.ts';
import { randomText } from '../base/random-text.ts';
import { Secret } from '../base/secret.ts';
import type { Application } from './application.ts';
import { type ClientSecret, clientSecretRecord } from './client-secret.ts';
import { certificateOf, type KeyCredential, keyCredentialOf } from './key-credential.ts';
import { refuse } from './refusal.ts';
import { requiredText } from './text-rules.ts';

/** Days: as the portal offers them, and the most it takes. */
export const usualSecretDays = 180;
export const longestSecretDays = 730;
const daySeconds = 86_400;
/** Two are enough for a rotation, and a few more for whoever shares an application. */
const mostCredentials = 20;

export interface SecretOrder {
  readonly displayName?: string | undefined;
  /** Days until it expires; default 180, at most 730. */
  readonly lifetimeDays?: number | undefined;
}

/** An application with one more secret, which is told once: nothing that is kept tells it again. */
export interface WithSecret {
  readonly application: Application;
  readonly credential: ClientSecret;
  readonly secretText: Secret;
}

/** Throws `Refusal`. */
export function withNewSecret(
  context: { readonly random: Random },
  application: Application,
  { displayName = 'secret', lifetimeDays = usualSecretDays, now }: SecretOrder & { readonly now: Date },
): WithSecret {
  if (!(lifetimeDays > 0 && lifetimeDays <= longestSecretDays)) {
    refuse('invalid', 'lifetimeDays', `must be more than 0 and at most ${longestSecretDays}.`);
  }
  requireRoom(application.passwordCredentials);
  const secretText = newClientSecret(context.random);
  const credential = clientSecretRecord(context, secretText, {
    keyId: context.random.guid(),
    displayName: requiredText('displayName', displayName),
    startDateTime: now,
    endDateTime: addSeconds(now, lifetimeDays * daySeconds),
  });
  const passwordCredentials = [...application.passwordCredentials, credential];
  return { application: { ...application, passwordCredentials }, credential, secretText };
}

/** Throws `Refusal` (`missing`). */
export const withoutSecret = (application: Application, keyId: string): Application => ({
  ...application,
  passwordCredentials: without(application.passwordCredentials, keyId),
});

/** Throws `Refusal`: `taken` for a certificate that is registered already. */
export function withCertificate(
  { random }: { readonly random: Random },
  application: Application,
  { certificate, displayName }: { readonly certificate: X509Certificate; readonly displayName?: string | undefined },
): { readonly application: Application; readonly credential: KeyCredential } {
  requireRoom(application.keyCredentials);
  const known = application.keyCredentials.find(
    (one) => certificateOf(one).fingerprint256 === certificate.fingerprint256,
  );
  if (known) refuse('taken', 'certificate', `is registered already as ${known.displayName}.`);
  const name = displayName ?? `certificate of ${certificate.validToDate.toISOString().slice(0, 10)}`;
  const credential = keyCredentialOf(certificate, {
    keyId: random.guid(),
    displayName: requiredText('displayName', name),
  });
  return { application: { ...application, keyCredentials: [...application.keyCredentials, credential] }, credential };
}

/** Throws `Refusal` (`missing`). */
export const withoutCertificate = (application: Application, keyId: string): Application => ({
  ...application,
  keyCredentials: without(application.keyCredentials, keyId),
});

/** 40 characters with the mark in the fourth place that secret scanners look for in Entra's; 222 bits. */
function newClientSecret(random: Random): Secret {
  const drawn = randomText(random, secretAlphabet, 37);
  return new Secret(`${drawn.slice(0, 3)}8Q~${drawn.slice(3)}`);
}

const secretAlphabet = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789._';

function requireRoom({ length }: readonly object[]): void {
  if (length < mostCredentials) return;
  refuse('invalid', 'keyId', `An application has at most ${mostCredentials} of them. Remove one that is not used.`);
}

function without<Credential extends { readonly keyId: string }>(
  credentials: readonly Credential[],
  keyId: string,
): readonly Credential[] {
  const others = credentials.filter((credential) => credential.keyId.toLowerCase() !== keyId.toLowerCase());
  if (others.length < credentials.length) return others;
  refuse('missing', 'keyId', 'is none of this application’s.');
}
