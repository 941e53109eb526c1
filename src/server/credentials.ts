import type { Clock } from '../base/clock.ts';
import { base32Bytes, totpCode } from '../domain/index.ts';
import { hasSampleCertificate, type Seed } from '../sandbox/index.ts';

/** What a person needs to sign in to a sandbox. Its secrets are public or its owner's own: they are there to be shown. */
export interface SandboxCredentials {
  readonly tenants: readonly {
    readonly id: string;
    readonly domain: string;
    readonly displayName: string;
    readonly partner: boolean;
  }[];
  readonly applications: readonly SandboxApplication[];
  readonly users: readonly SandboxUser[];
}

export interface SandboxApplication {
  readonly appId: string;
  readonly displayName: string;
  readonly tenantId: string;
  /** The first of its secrets; undefined for a public client. */
  readonly secret: string | undefined;
  /** PEM file with the certificate made for it and its private key. */
  readonly certificateFile: string | undefined;
}

export interface SandboxUser {
  readonly userPrincipalName: string;
  /** Undefined when it was changed, or stated as a hash: nobody can tell it any more. */
  readonly password: string | undefined;
  readonly roles: readonly string[];
  /** The one-time code of this moment, where MFA is required. */
  readonly oneTimeCode: string | undefined;
}

interface Context {
  readonly clock: Clock;
  readonly clientPemFile: string | undefined;
}

export function credentialsOf({ clock, clientPemFile }: Context, seed: Seed): SandboxCredentials {
  const tenantIds = new Set(seed.tenants.map(({ id }) => id));
  const now = clock.now();
  return {
    tenants: seed.tenants.map(({ id, displayName, verifiedDomains, partnerAccount }) => ({
      id,
      displayName,
      domain: verifiedDomains[0] ?? id,
      partner: partnerAccount,
    })),
    applications: seed.applications
      .filter(({ appOwnerOrganizationId }) => tenantIds.has(appOwnerOrganizationId))
      .map((application) => ({
        appId: application.appId,
        displayName: application.displayName,
        tenantId: application.appOwnerOrganizationId,
        secret: application.passwordCredentials[0]?.secretText,
        certificateFile: hasSampleCertificate(application) ? clientPemFile : undefined,
      })),
    users: seed.users.map(({ userPrincipalName, passwordProfile, mfa, partnerRoles, directoryRoles }) => {
      const secret = mfa.required && mfa.totpSecret !== undefined ? base32Bytes(mfa.totpSecret) : undefined;
      return {
        userPrincipalName,
        password: passwordProfile.password,
        roles: [...partnerRoles, ...(directoryRoles.length > 0 ? ['administrator'] : [])],
        oneTimeCode: secret && totpCode(secret, now),
      };
    }),
  };
}
