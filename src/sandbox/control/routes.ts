import { changeApplication, listApplications, readApplication, registerApplication } from './applications.ts';
import { listApprovals, putApproval, removeApproval } from './approvals.ts';
import { advanceClock, readClock, restoreClock, setClock } from './clock.ts';
import { addCertificate, addSecret, removeCertificate, removeSecret } from './credentials.ts';
import { consentAtCustomer, listCustomerConsents, withdrawAtCustomer } from './customer-consents.ts';
import { addCustomer, addRelationship, endRelationship, listCustomers, readCustomer } from './customers.ts';
import { decideDeviceCode } from './device-codes.ts';
import { addFault, listFaults, removeFaults } from './faults.ts';
import { listFlows, readFlow } from './flows.ts';
import { listKeys, rotateKeys } from './keys.ts';
import { describeControl, listOperations } from './listing.ts';
import type { ControlRoute } from './operation.ts';
import { addPermission, grantAdminConsent, listResources, removePermission } from './permissions.ts';
import { addReferral, listReferrals, removeReferral } from './referrals.ts';
import { ageRefreshTokens, listRefreshTokens, revokeRefreshTokens } from './refresh-tokens.ts';
import { clearRequests, listRequests } from './requests.ts';
import { forgeToken } from './tokens.ts';
import { forgetFactor, readTotp, resetPassword } from './user-secrets.ts';
import { addUser, changeUser, listUsers, readUser } from './users.ts';
import { exportWorld, importWorld, resetWorld, seedWorld } from './world.ts';

/** Everything the control API does. */
export const controlRoutes: readonly ControlRoute[] = [
  ['GET', '/sandbox', listOperations(() => controlRoutes)],
  ['GET', '/sandbox/openapi.json', describeControl(() => controlRoutes)],
  ['POST', '/sandbox/seed', seedWorld],
  ['POST', '/sandbox/import', importWorld],
  ['GET', '/sandbox/export', exportWorld],
  ['POST', '/sandbox/reset', resetWorld],
  ['GET', '/sandbox/clock', readClock],
  ['PUT', '/sandbox/clock', setClock],
  ['DELETE', '/sandbox/clock', restoreClock],
  ['POST', '/sandbox/clock/advance', advanceClock],
  ['GET', '/sandbox/faults', listFaults],
  ['POST', '/sandbox/faults', addFault],
  ['DELETE', '/sandbox/faults', removeFaults],
  ['POST', '/sandbox/tokens', forgeToken],
  ['GET', '/sandbox/refresh-tokens', listRefreshTokens],
  ['POST', '/sandbox/refresh-tokens/age', ageRefreshTokens],
  ['POST', '/sandbox/refresh-tokens/revoke', revokeRefreshTokens],
  ['GET', '/sandbox/requests', listRequests],
  ['DELETE', '/sandbox/requests', clearRequests],
  ['GET', '/sandbox/flows', listFlows],
  ['GET', '/sandbox/flows/:id', readFlow],
  ['GET', '/sandbox/approvals', listApprovals],
  ['PUT', '/sandbox/approvals/:userPrincipalName', putApproval],
  ['DELETE', '/sandbox/approvals/:userPrincipalName', removeApproval],
  ['POST', '/sandbox/device-codes/:userCode', decideDeviceCode],
  ['GET', '/sandbox/users', listUsers],
  ['POST', '/sandbox/users', addUser],
  ['GET', '/sandbox/users/:userPrincipalName', readUser],
  ['PATCH', '/sandbox/users/:userPrincipalName', changeUser],
  ['POST', '/sandbox/users/:userPrincipalName/reset-password', resetPassword],
  ['GET', '/sandbox/users/:userPrincipalName/totp', readTotp],
  ['DELETE', '/sandbox/users/:userPrincipalName/mfa', forgetFactor],
  ['GET', '/sandbox/customers', listCustomers],
  ['POST', '/sandbox/customers', addCustomer],
  ['GET', '/sandbox/customers/:tenantId', readCustomer],
  ['POST', '/sandbox/customers/:tenantId/relationships', addRelationship],
  ['DELETE', '/sandbox/customers/:tenantId/relationships/:id', endRelationship],
  ['GET', '/sandbox/customers/:tenantId/consents', listCustomerConsents],
  ['POST', '/sandbox/customers/:tenantId/consents', consentAtCustomer],
  ['DELETE', '/sandbox/customers/:tenantId/consents/:appId', withdrawAtCustomer],
  ['GET', '/sandbox/referrals', listReferrals],
  ['POST', '/sandbox/referrals', addReferral],
  ['DELETE', '/sandbox/referrals/:id', removeReferral],
  ['GET', '/sandbox/keys', listKeys],
  ['POST', '/sandbox/keys/rotate', rotateKeys],
  ['GET', '/sandbox/resources', listResources],
  ['GET', '/sandbox/applications', listApplications],
  ['POST', '/sandbox/applications', registerApplication],
  ['GET', '/sandbox/applications/:appId', readApplication],
  ['PATCH', '/sandbox/applications/:appId', changeApplication],
  ['POST', '/sandbox/applications/:appId/secrets', addSecret],
  ['DELETE', '/sandbox/applications/:appId/secrets/:keyId', removeSecret],
  ['POST', '/sandbox/applications/:appId/certificates', addCertificate],
  ['DELETE', '/sandbox/applications/:appId/certificates/:keyId', removeCertificate],
  ['POST', '/sandbox/applications/:appId/permissions', addPermission],
  ['DELETE', '/sandbox/applications/:appId/permissions', removePermission],
  ['POST', '/sandbox/applications/:appId/admin-consent', grantAdminConsent],
];
