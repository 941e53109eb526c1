import { z } from 'zod';
import { exactlyOne, noun } from '../base/noun.ts';
import { defaultFederatedAudience, directoryRoles, partnerRoles, signInAudiences } from '../domain/index.ts';
import { seedReferral } from './referral-schema.ts';

/**
 * What a seed file may state, and what the fixed data are stated in. Names follow Microsoft Graph's resources where one
 * exists.
 */

const id = z.guid({ error: 'must be a GUID of any version, without braces.' }).toLowerCase();
const text = z.string().min(1).max(1024);
const instant = z.iso.datetime({ error: 'must be a date and time in UTC such as 2026-11-21T08:59:27Z.' });
const domain = z.hostname().toLowerCase();
/** A user name; those of guests hold `#`, which no e-mail address may. */
const userName = z
  .string()
  .max(256)
  .regex(/^[^@\s]+@[^@\s]+$/, { error: 'must be a user name such as john.doe@contoso.com.' });
const redirectUris = noun({ redirectUris: z.array(z.url()).default([]) }).default({ redirectUris: [] });

/** Bytes in base64. A hash of another length than its own could never be compared. */
const bytes = (least: number, most = least) =>
  z.base64().refine(
    (value) => {
      const { length } = Buffer.from(value, 'base64');
      return length >= least && length <= most;
    },
    { error: `must be ${least === most ? least : `${least} to ${most}`} bytes in base64.` },
  );

const largestScryptMemory = 67_108_864;
const passwordHash = noun({
  cost: z.int().min(2).max(1_048_576).describe('N of scrypt (RFC 7914): a power of two.'),
  blockSize: z.int().min(1).max(32),
  parallelization: z.int().min(1).max(16),
  salt: bytes(8, 64),
  hash: bytes(32),
})
  .refine(({ cost }) => Number.isInteger(Math.log2(cost)), { error: 'must be a power of two.', path: ['cost'] })
  .refine(({ cost, blockSize }) => 128 * cost * blockSize <= largestScryptMemory, {
    error: 'needs more than 64 MiB: 128 · cost · blockSize must be less.',
    path: ['cost'],
  })
  .describe('A password as scrypt leaves it, as an export states it.');

const tenant = noun({
  id,
  displayName: text,
  verifiedDomains: z.array(domain).min(1).describe('The first is the default one.'),
  partnerAccount: z.boolean().default(false).describe('Whether Partner Center knows the tenant as a partner.'),
});

const user = noun({
  id: id.optional().describe('Default: derived from the user name.'),
  userPrincipalName: userName.describe('Its domain must be a verified domain of a tenant.'),
  displayName: text,
  givenName: text.optional(),
  surname: text.optional(),
  mail: z.email().optional(),
  otherMails: z.array(z.email()).default([]).describe('For the recovery of a password. Nothing is sent there.'),
  accountEnabled: z.boolean().default(true),
  passwordProfile: exactlyOne(
    noun({
      password: z.string().min(1).max(256).optional().describe('In clear. Or passwordHash.'),
      passwordHash: passwordHash.optional(),
      forceChangePasswordNextSignIn: z.boolean().default(false),
    }),
    ['password', 'passwordHash'],
  ),
  signInSessionsValidFromDateTime: instant.optional().describe('What was signed in before is dead.'),
  mfa: noun({
    required: z.boolean(),
    totpSecret: z
      .string()
      .regex(/^[A-Za-z2-7]+=*$/, { error: 'must be base32.' })
      .optional(),
    sealedTotpSecret: z
      .base64()
      .max(1024)
      .optional()
      .describe(
        'As an export states it: readable by the sandbox that wrote it alone. Elsewhere the user enrols again.',
      ),
  })
    .refine(({ totpSecret, sealedTotpSecret }) => totpSecret === undefined || sealedTotpSecret === undefined, {
      error: 'give totpSecret or sealedTotpSecret, not both.',
    })
    .default({ required: false }),
  partnerRoles: z.array(z.enum(Object.values(partnerRoles))).default([]),
  directoryRoles: z.array(z.enum(Object.keys(directoryRoles) as [keyof typeof directoryRoles])).default([]),
});

const passwordCredential = exactlyOne(
  noun({
    keyId: id.optional(),
    displayName: text.default('secret'),
    secretText: z.string().min(1).max(256).optional().describe('In clear. Or secretHash.'),
    secretHash: noun({ salt: bytes(8, 64), hash: bytes(32) })
      .optional()
      .describe('SHA-256 of salt and secret, as an export states it.'),
    startDateTime: instant.default('2000-01-01T00:00:00Z'),
    endDateTime: instant.default('2099-12-31T00:00:00Z'),
  }),
  ['secretText', 'secretHash'],
);

const keyCredential = noun({
  keyId: id.optional(),
  displayName: text.default('certificate'),
  key: z.string().min(1).describe('X.509 certificate: PEM, or DER in base64.'),
  startDateTime: instant.optional().describe('Default: the certificate’s own.'),
  endDateTime: instant.optional().describe('Default: the certificate’s own.'),
});

/** An identity provider on this machine may do without a certificate. */
const issuer = z
  .url({ error: 'must be the https address an identity provider writes into iss, letter by letter.', abort: true })
  .max(600)
  .refine(
    (text) => {
      const { protocol, hostname, username } = new URL(text);
      const isHere = /^(localhost|127\.\d+\.\d+\.\d+|\[::1\])$/.test(hostname);
      return username === '' && (protocol === 'https:' || (protocol === 'http:' && isHere));
    },
    { error: 'must be https, or http on this machine.' },
  );

const federatedCredential = noun({
  id: id.optional(),
  name: text,
  issuer,
  subject: text.max(600).describe('The sub of the identity provider’s token. Letter case counts.'),
  audiences: z.array(text.max(600)).min(1).default([defaultFederatedAudience]),
  description: text.optional(),
});

const delegatedPermission = noun({
  id,
  value: text,
  type: z.enum(['User', 'Admin']).default('User').describe('Who may consent.'),
  adminConsentDisplayName: text.optional(),
});
const appRole = noun({
  id,
  value: text,
  displayName: text.optional(),
  allowedMemberTypes: z.array(z.enum(['User', 'Application'])).default(['Application']),
});

const application = noun({
  appId: id,
  displayName: text,
  appOwnerOrganizationId: id.describe('The tenant it is registered in.'),
  signInAudience: z.enum(signInAudiences).default('AzureADMyOrg'),
  identifierUris: z.array(text).default([]),
  isFallbackPublicClient: z.boolean().default(false).describe('"Allow public client flows".'),
  allowsPasswordGrant: z.boolean().default(false).describe('The password grant without public client flows.'),
  web: redirectUris,
  spa: redirectUris,
  publicClient: redirectUris,
  passwordCredentials: z.array(passwordCredential).default([]),
  keyCredentials: z.array(keyCredential).default([]),
  federatedIdentityCredentials: z.array(federatedCredential).default([]),
  api: noun({
    requestedAccessTokenVersion: z.union([z.literal(1), z.literal(2)]).default(1),
    oauth2PermissionScopes: z.array(delegatedPermission).default([]),
  }).default({ requestedAccessTokenVersion: 1, oauth2PermissionScopes: [] }),
  appRoles: z.array(appRole).default([]),
  requiredResourceAccess: z
    .array(
      noun({
        resourceAppId: id,
        resourceAccess: z.array(noun({ id, type: z.enum(['Scope', 'Role']) })).min(1),
      }),
    )
    .default([]),
});

const servicePrincipal = noun({
  id: id.optional(),
  tenantId: id,
  appId: id,
  accountEnabled: z.boolean().default(true),
  appRoleAssignmentRequired: z.boolean().default(false),
});

const permissionGrant = noun({
  tenantId: id.optional().describe('Default: every tenant.'),
  clientAppId: id,
  resourceAppId: id,
  principal: userName.optional().describe('User name of the one user it holds for. Default: all users.'),
  scope: text.describe('Permissions, separated by blanks.'),
});

const roleAssignment = noun({
  tenantId: id,
  principal: z.union([id, userName]).describe('Application id or user name.'),
  resourceAppId: id,
  role: text.describe('The value of one of the resource’s appRoles.'),
});

const customer = noun({ tenantId: id, partnerTenantId: id, companyName: text, domain });

const relationship = noun({
  id,
  displayName: text,
  partnerTenantId: id,
  customerTenantId: id,
  status: z.enum(['active', 'expired', 'terminated', 'approvalPending']),
  endDateTime: instant,
  unifiedRoles: z.array(id).default([]),
});

const lists = {
  tenants: z.array(tenant).default([]),
  users: z.array(user).default([]),
  applications: z.array(application).default([]),
  servicePrincipals: z
    .array(servicePrincipal)
    .default([])
    .describe('Applications in tenants other than their own, or their switches there.'),
  oauth2PermissionGrants: z.array(permissionGrant).default([]),
  appRoleAssignments: z.array(roleAssignment).default([]),
  customers: z.array(customer).default([]),
  delegatedAdminRelationships: z.array(relationship).default([]),
  referrals: z.array(seedReferral).default([]),
};

export const seedSchema = noun(lists);

export const seedFileSchema = noun({
  $schema: z.string().optional(),
  fixedData: z
    .enum(['keep', 'drop', 'none'])
    .default('keep')
    .describe(
      'keep: what this file states is added to the fixed data, and replaces whatever there has the same id. drop: only Microsoft’s own applications remain. none: this file is all there is, as an export is.',
    ),
  ...lists,
});

export type Seed = z.output<typeof seedSchema>;
export type SeedInput = z.input<typeof seedSchema>;
export type SeedFile = z.output<typeof seedFileSchema>;
