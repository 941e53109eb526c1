import { createHash } from 'node:crypto';
import {
  type Application,
  type ClientSecret,
  type KeyCredential,
  type PermissionState,
  permissionStates,
  type SignInAudience,
} from '../../domain/index.ts';
import type { ControlContext } from './context.ts';

/** What a list says of an application. */
export interface ApplicationSummary {
  readonly appId: string;
  readonly displayName: string;
  /** The tenant it is registered in. */
  readonly tenantId: string;
  readonly signInAudience: SignInAudience;
  readonly secrets: number;
  readonly certificates: number;
  /** When the first of its secrets and certificates ends. */
  readonly firstEnds?: string;
}

export interface SecretAnswer {
  readonly keyId: string;
  readonly displayName: string;
  readonly startDateTime: string;
  readonly endDateTime: string;
}

export interface CertificateAnswer extends SecretAnswer {
  /** SHA-1, in capital hexadecimal digits. */
  readonly thumbprint: string;
  readonly thumbprintSha256: string;
}

/** An application without any secret. */
export interface ApplicationAnswer extends Omit<ApplicationSummary, 'secrets' | 'certificates' | 'firstEnds'> {
  readonly identifierUris: readonly string[];
  readonly isFallbackPublicClient: boolean;
  readonly allowsPasswordGrant: boolean;
  readonly redirectUris: Application['redirectUris'];
  readonly secrets: readonly SecretAnswer[];
  readonly certificates: readonly CertificateAnswer[];
  /** Its list of API permissions, and which of them its own tenant gave for everybody. */
  readonly permissions: readonly PermissionState[];
}

export function applicationSummary(application: Application): ApplicationSummary {
  const { appId, displayName, appOwnerOrganizationId, signInAudience } = application;
  const { passwordCredentials, keyCredentials } = application;
  const [first] = [...passwordCredentials, ...keyCredentials]
    .map(({ endDateTime }) => endDateTime.toISOString())
    .sort();
  return {
    ...{ appId, displayName, tenantId: appOwnerOrganizationId, signInAudience },
    secrets: passwordCredentials.length,
    certificates: keyCredentials.length,
    ...(first === undefined ? {} : { firstEnds: first }),
  };
}

export async function applicationAnswer(
  { world: { directory } }: ControlContext,
  application: Application,
): Promise<ApplicationAnswer> {
  const { appId, displayName, appOwnerOrganizationId: tenantId, signInAudience, identifierUris } = application;
  const { isFallbackPublicClient, allowsPasswordGrant, redirectUris } = application;
  return {
    ...{ appId, displayName, tenantId, signInAudience, identifierUris },
    ...{ isFallbackPublicClient, allowsPasswordGrant, redirectUris },
    secrets: application.passwordCredentials.map(credentialAnswer),
    certificates: application.keyCredentials.map(certificateAnswer),
    permissions: await permissionStates(directory, application, tenantId),
  };
}

export const credentialAnswer = ({ keyId, displayName, startDateTime, endDateTime }: ClientSecret | KeyCredential) => ({
  keyId,
  displayName,
  startDateTime: startDateTime.toISOString(),
  endDateTime: endDateTime.toISOString(),
});

export function certificateAnswer(credential: KeyCredential): CertificateAnswer {
  const digest = (algorithm: string) =>
    createHash(algorithm).update(Buffer.from(credential.key, 'base64')).digest('hex').toUpperCase();
  return { ...credentialAnswer(credential), thumbprint: digest('sha1'), thumbprintSha256: digest('sha256') };
}
