import type { AdministrationControl } from './administration-control.ts';
import { changeApplication, listApplications, readApplication, registerApplication } from './applications.ts';
import { addCertificate, addSecret, removeCertificate, removeSecret } from './credentials.ts';
import { consentAtCustomer, listCustomerConsents, withdrawAtCustomer } from './customer-consents.ts';
import { addCustomer, addRelationship, endRelationship, listCustomers } from './customers.ts';
import { listKeys, rotateKeys } from './keys.ts';
import type { Asked, Operation } from './operation.ts';
import { addPermission, grantAdminConsent, listResources, removePermission } from './permissions.ts';
import { addReferral, listReferrals, removeReferral } from './referrals.ts';
import { forgetFactor, resetPassword } from './user-secrets.ts';
import { addUser, changeUser, listUsers } from './users.ts';

type Perform = <Answer extends object>(operation: Operation<Answer>, asked?: Omit<Asked, 'origin'>) => Promise<Answer>;

/** The operations of the set-up as functions. */
export function administrationOf(perform: Perform): AdministrationControl {
  const at = (parameters: Readonly<Record<string, string>>) => ({
    parameter: (name: string) => parameters[name] ?? '',
  });
  const users = (userPrincipalName: string) => at({ userPrincipalName });
  return {
    users: (query) => perform(listUsers, { query }),
    addUser: (body) => perform(addUser, { body }),
    changeUser: (name, body) => perform(changeUser, { body, ...users(name) }),
    resetPassword: (name) => perform(resetPassword, users(name)),
    forgetSecondFactor: (name) => perform(forgetFactor, users(name)),
    applications: (query) => perform(listApplications, { query }),
    application: (appId) => perform(readApplication, at({ appId })),
    registerApplication: (body) => perform(registerApplication, { body }),
    changeApplication: (appId, body) => perform(changeApplication, { body, ...at({ appId }) }),
    addSecret: (appId, body) => perform(addSecret, { body, ...at({ appId }) }),
    removeSecret: (appId, keyId) => perform(removeSecret, at({ appId, keyId })),
    addCertificate: (appId, body) => perform(addCertificate, { body, ...at({ appId }) }),
    removeCertificate: (appId, keyId) => perform(removeCertificate, at({ appId, keyId })),
    resources: async (tenant) => (await perform(listResources, { query: { tenant } })).resources,
    addPermission: (appId, body) => perform(addPermission, { body, ...at({ appId }) }),
    removePermission: (appId, query) => perform(removePermission, { query, ...at({ appId }) }),
    grantAdminConsent: (appId, tenant) => perform(grantAdminConsent, { body: { tenant }, ...at({ appId }) }),
    customers: (query) => perform(listCustomers, { query }),
    addCustomer: (body) => perform(addCustomer, { body }),
    addRelationship: (tenantId, body) => perform(addRelationship, { body, ...at({ tenantId }) }),
    endRelationship: (tenantId, id) => perform(endRelationship, at({ tenantId, id })),
    customerConsents: async (tenantId) => (await perform(listCustomerConsents, at({ tenantId }))).consents,
    consentAtCustomer: (tenantId, appId) => perform(consentAtCustomer, { body: { appId }, ...at({ tenantId }) }),
    withdrawAtCustomer: async (tenantId, appId) => void (await perform(withdrawAtCustomer, at({ tenantId, appId }))),
    referrals: async () => (await perform(listReferrals)).referrals,
    addReferral: (body) => perform(addReferral, { body }),
    removeReferral: async (id) => void (await perform(removeReferral, at({ id }))),
    keys: async () => (await perform(listKeys)).keys,
    rotateKeys: async (ring) => (await perform(rotateKeys, { body: { ring } })).kid,
  };
}
