import type { Application, Referral, ReferralLocation } from '../../domain/index.ts';
import type { ApplicationAnswer, CertificateAnswer } from './application-answer.ts';
import type { ApplicationList } from './applications.ts';
import type { NewSecretAnswer } from './credentials.ts';
import type { CustomerConsentAnswer } from './customer-consents.ts';
import type { CustomerAnswer, CustomerList, RelationshipAnswer } from './customers.ts';
import type { KeyAnswer } from './keys.ts';
import type { ConsentAnswer, ResourceAnswer } from './permissions.ts';
import type { PasswordAnswer, UserAnswer } from './user-answer.ts';
import type { UserList } from './users.ts';

/** What of a list is wanted: text in a name, and a page of at most 500. Default: the first 50. */
export interface ListFilter {
  readonly search?: string;
  readonly skip?: number;
  readonly top?: number;
}

/** Roles by the names of a seed file: `Referrals Admin`, `globalAdministrator`. */
export interface UserChange {
  readonly displayName?: string;
  readonly mfaRequired?: boolean;
  readonly partnerRoles?: readonly string[];
  readonly directoryRoles?: readonly string[];
}

export interface ApplicationChange {
  readonly displayName?: string;
  readonly signInAudience?: Application['signInAudience'];
  readonly isFallbackPublicClient?: boolean;
  readonly allowsPasswordGrant?: boolean;
  /** A platform that is left out stays as it is. */
  readonly redirectUris?: { readonly [Platform in keyof Application['redirectUris']]?: readonly string[] };
}

/** A permission of a resource, which is an identifier URI or an application id. `type` is `Scope` unless it is stated. */
export interface PermissionChange {
  readonly resource: string;
  readonly permission: string;
  readonly type?: 'Scope' | 'Role';
}

/**
 * What the set-up pages do, as functions. Secrets and temporary passwords are in the one answer that makes them. Tenants
 * are named by id or domain; without one it is the partner's.
 */
export interface AdministrationControl {
  users(filter?: ListFilter & { readonly tenant?: string }): Promise<UserList>;
  addUser(
    user: UserChange & { readonly userPrincipalName: string; readonly displayName: string },
  ): Promise<PasswordAnswer>;
  changeUser(
    userPrincipalName: string,
    change: UserChange & { readonly accountEnabled?: boolean },
  ): Promise<UserAnswer>;
  resetPassword(userPrincipalName: string): Promise<PasswordAnswer>;
  /** The user enrols anew. */
  forgetSecondFactor(userPrincipalName: string): Promise<UserAnswer>;
  applications(filter?: ListFilter & { readonly tenant?: string }): Promise<ApplicationList>;
  application(appId: string): Promise<ApplicationAnswer>;
  registerApplication(
    application: ApplicationChange & { readonly displayName: string; readonly tenant?: string },
  ): Promise<ApplicationAnswer>;
  changeApplication(appId: string, change: ApplicationChange): Promise<ApplicationAnswer>;
  /** `lifetimeDays` is 180 unless it is stated, and at most 730. */
  addSecret(
    appId: string,
    secret?: { readonly displayName?: string; readonly lifetimeDays?: number },
  ): Promise<NewSecretAnswer>;
  removeSecret(appId: string, keyId: string): Promise<ApplicationAnswer>;
  /** PEM, or DER in base64. */
  addCertificate(
    appId: string,
    certificate: { readonly certificate: string; readonly displayName?: string },
  ): Promise<CertificateAnswer & { readonly appId: string }>;
  removeCertificate(appId: string, keyId: string): Promise<ApplicationAnswer>;
  /** The APIs whose permissions an application can list. */
  resources(tenant?: string): Promise<readonly ResourceAnswer[]>;
  addPermission(appId: string, permission: PermissionChange): Promise<ApplicationAnswer>;
  removePermission(appId: string, permission: PermissionChange): Promise<ApplicationAnswer>;
  /** Default: in the application's own tenant. */
  grantAdminConsent(appId: string, tenant?: string): Promise<ConsentAnswer>;
  customers(filter?: ListFilter & { readonly partner?: string }): Promise<CustomerList>;
  addCustomer(customer: {
    readonly companyName: string;
    readonly domain: string;
    readonly partner?: string;
  }): Promise<CustomerAnswer>;
  /** Roles by name or template id; `durationDays` is 730 unless it is stated. */
  addRelationship(
    tenantId: string,
    relationship: {
      readonly roles: readonly string[];
      readonly durationDays?: number;
      readonly displayName?: string;
      readonly partner?: string;
    },
  ): Promise<RelationshipAnswer>;
  endRelationship(tenantId: string, id: string): Promise<RelationshipAnswer>;
  customerConsents(tenantId: string): Promise<readonly CustomerConsentAnswer[]>;
  /** To everything that the application lists, while a relationship is active. */
  consentAtCustomer(tenantId: string, appId: string): Promise<CustomerConsentAnswer>;
  withdrawAtCustomer(tenantId: string, appId: string): Promise<void>;
  referrals(): Promise<readonly Referral[]>;
  addReferral(referral: {
    readonly name: string;
    readonly customerName: string;
    readonly country: string;
    /** User names. */
    readonly team?: readonly string[];
    readonly notes?: string;
    readonly dealValue?: number;
    /** Default: the partner's own address. */
    readonly location?: ReferralLocation;
    readonly partner?: string;
  }): Promise<Referral>;
  removeReferral(id: string): Promise<void>;
  keys(): Promise<readonly KeyAnswer[]>;
  /** The `kid` of the key that signs from now on. */
  rotateKeys(ring: KeyAnswer['ring']): Promise<string>;
}
