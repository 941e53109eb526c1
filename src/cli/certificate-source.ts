import type { ClientAssertion } from '../client/client-assertion.ts';
import type { ClientAuthentication } from '../client/client-authentication.ts';
import type { Certificate } from '../client/parameters.ts';
import { isPinnedAway } from './azure-chain.ts';
import type { PasswordSource } from './certificates/index.ts';
import type { CommandContext } from './command.ts';
import type { Variables } from './io.ts';
import { longName, type OptionValues, textValue } from './options.ts';
import type { SecretPlace } from './secret-places.ts';
import { tokenVariables, variableOf } from './token-options.ts';

/** What proves the application instead of a secret, and where it is. */
export type CertificatePlace =
  | { readonly kind: 'file'; readonly path: string }
  | { readonly kind: 'thumbprint'; readonly thumbprint: string }
  /** Another identity provider's token, for a federated credential. */
  | { readonly kind: 'federated'; readonly path: string; readonly variable: string };

/**
 * Options say it first, then variables: a certificate before a federated token, as Azure's libraries have it. A variable's
 * is used for the application the environment names, or where it names none; never for another.
 */
export function certificatePlace(
  values: OptionValues,
  variables: Variables,
  applicationId: string | undefined,
): CertificatePlace | undefined {
  const path = textValue(values, 'certificateFile');
  if (path !== undefined) return { kind: 'file', path };
  const thumbprint = textValue(values, 'certificateThumbprint');
  if (thumbprint !== undefined) return { kind: 'thumbprint', thumbprint };
  const file = variableOf(variables, 'certificateFile');
  if (file && isFor(file.name, variables, applicationId)) return { kind: 'file', path: file.value };
  const federated = variableOf(variables, 'federatedTokenFile');
  if (!federated || !isFor(federated.name, variables, applicationId)) return undefined;
  return { kind: 'federated', path: federated.value, variable: federated.name };
}

/** The application its own family of variables names, or else the one the environment does. */
function isFor(variable: string, variables: Variables, applicationId: string | undefined): boolean {
  if (isPinnedAway(variables, variable)) return false;
  const isOurs = (name: string) => name.startsWith('PARTNER_AUTH_');
  const own = tokenVariables.applicationId.find((name) => isOurs(name) === isOurs(variable) && variables[name]);
  const owner = own === undefined ? variableOf(variables, 'applicationId')?.value : variables[own];
  return owner === undefined || applicationId === undefined || owner.toLowerCase() === applicationId.toLowerCase();
}

/** The certificate is read when it is needed, and once; a federated token each time, because it is replaced. */
export function certificateAuthentication(
  context: CommandContext,
  place: CertificatePlace,
  whose: CertificateOwner,
): ClientAuthentication {
  let opened: Promise<ClientAssertion> | undefined;
  const assertion: ClientAssertion = async (audience) => {
    opened ??= openedPlace(context, place, whose);
    return (await opened)(audience);
  };
  return { kind: 'assertion', assertion };
}

export interface CertificateOwner {
  readonly applicationId: string;
  readonly password: PasswordSource;
}

async function openedPlace(
  context: CommandContext,
  place: CertificatePlace,
  { applicationId, password }: CertificateOwner,
): Promise<ClientAssertion> {
  if (place.kind === 'federated') {
    const { federatedAssertion } = await import('./federated-assertion.ts');
    return federatedAssertion(place.path, place.variable);
  }
  const certificate = await openedCertificate(context, place, password);
  const { certificateAssertion } = await import('../client/client-assertion.ts');
  return certificateAssertion(context.io, applicationId, certificate);
}

/** The certificate and its key. Throws what reading and finding certificates throws. */
export async function openedCertificate(
  { io, warn, values }: CommandContext,
  place: Exclude<CertificatePlace, { kind: 'federated' }>,
  password: PasswordSource,
): Promise<Certificate> {
  const { findCertificate, readCertificateFile } = await import('./certificates/index.ts');
  const note = (text: string) => (values.verbose === true || values.debug === true ? warn(text) : undefined);
  const reading = { variables: io.variables, clock: io.clock, warn, note };
  const sendCertificateChain = /^(true|1)$/i.test(variableOf(io.variables, 'sendCertificateChain')?.value ?? '');
  const options = { password, sendCertificateChain };
  return place.kind === 'thumbprint'
    ? findCertificate(reading, place.thumbprint, options)
    : readCertificateFile(reading, place.path, options);
}

/** Where a file's password is said to be; undefined where only a prompt could bring it. */
export function certificatePasswordPlace(values: OptionValues, variables: Variables): SecretPlace | undefined {
  const path = textValue(values, 'certificatePasswordFile');
  if (path !== undefined) return { kind: 'file', name: path, label: `${longName('certificatePasswordFile')} ${path}` };
  const variable = variableOf(variables, 'certificatePassword');
  return variable && { kind: 'variable', name: variable.name, label: variable.name };
}
