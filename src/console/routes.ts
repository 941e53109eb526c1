import { addPermissions, chooseApi, choosePermissions } from './applications/add-permission.ts';
import { saveAuthentication, showAuthentication } from './applications/authentication.ts';
import { askForConsent, grantConsent } from './applications/consent.ts';
import { removeCertificate, removeSecret, showCredentials } from './applications/credentials.ts';
import { listApplications } from './applications/list-applications.ts';
import { newCertificateForm, uploadCertificate } from './applications/new-certificate.ts';
import { createSecret, newSecretForm } from './applications/new-secret.ts';
import { showApplication } from './applications/overview.ts';
import { applicationPath, applicationsPath, newApplicationPath } from './applications/paths.ts';
import { removePermission, showPermissions } from './applications/permissions.ts';
import { register, registrationForm } from './applications/register.ts';
import { changeClock, showClock } from './clock/clock-page.ts';
import { clockPath } from './clock/paths.ts';
import {
  askForConsent as askForCustomer,
  chooseApplication,
  giveConsent,
  withdrawConsent,
} from './customers/consent.ts';
import { endRelationship, showCustomer } from './customers/customer-page.ts';
import { listCustomers } from './customers/list-customers.ts';
import { addCustomer, newCustomerForm } from './customers/new-customer.ts';
import { addRelationship, newRelationshipForm } from './customers/new-relationship.ts';
import { customerPath, customersPath, newCustomerPath } from './customers/paths.ts';
import { listFaults, removeAllFaults, removeFault } from './faults/list-faults.ts';
import { addFault, newFaultForm } from './faults/new-fault.ts';
import { faultsPath, newFaultPath, removeAllFaultsPath, removeFaultPath } from './faults/paths.ts';
import { showFlow } from './flows/flow-page.ts';
import { listFlows } from './flows/list-flows.ts';
import { flowPath, flowsPath } from './flows/paths.ts';
import { home, search, settings } from './home.ts';
import { rotateKeys, showKeys } from './keys/keys-page.ts';
import { keysPath } from './keys/paths.ts';
import { notModelled } from './not-modelled.ts';
import { searchPath, settingsPath } from './pages/frame.ts';
import { homePath, signedInPath, signInPath, signOutPath } from './paths.ts';
import { listReferrals, removeReferral } from './referrals/list-referrals.ts';
import { addReferral, newReferralForm } from './referrals/new-referral.ts';
import { newReferralPath, referralsPath, removeReferralPath } from './referrals/paths.ts';
import type { ConsoleRoute } from './route.ts';
import { finishSignIn, signInAgain, signOut } from './sign-in.ts';
import { chooseWayToAdd } from './users/add-user.ts';
import { listUsers } from './users/list-users.ts';
import { createUser, newUserForm } from './users/new-user.ts';
import { addUserPath, newUserPath, userPath, usersPath } from './users/paths.ts';
import { forgetFactor, resetUserPassword, saveUser, setBlocked, showUser } from './users/user-page.ts';

const customer = (part = '') => customerPath(':tenantId', part);
const application = (part = '') => applicationPath(':appId', part);

/** Everything the console answers, and whose each of it is. The first that fits answers. */
export const consoleRoutes: readonly ConsoleRoute[] = [
  ['GET', signInPath, 'anybody', signInAgain],
  ['GET', signedInPath, 'anybody', finishSignIn],
  ['POST', signOutPath, 'signedIn', signOut],

  ['GET', homePath, 'any', home],
  ['GET', searchPath, 'any', search],
  ['GET', settingsPath, 'any', settings],

  ['GET', usersPath, 'users', listUsers],
  ['GET', addUserPath, 'users', chooseWayToAdd],
  ['GET', newUserPath, 'users', newUserForm],
  ['POST', newUserPath, 'users', createUser],
  ['GET', userPath(':id'), 'users', showUser],
  ['POST', userPath(':id'), 'users', saveUser],
  ['POST', `${userPath(':id')}/reset-password`, 'users', resetUserPassword],
  ['POST', `${userPath(':id')}/forget-second-factor`, 'users', forgetFactor],
  ['POST', `${userPath(':id')}/block`, 'users', setBlocked(false)],
  ['POST', `${userPath(':id')}/unblock`, 'users', setBlocked(true)],

  ['GET', applicationsPath, 'applications', listApplications],
  ['GET', newApplicationPath, 'applications', registrationForm],
  ['POST', newApplicationPath, 'applications', register],
  ['GET', application(), 'applications', showApplication],
  ['GET', application('authentication'), 'applications', showAuthentication],
  ['POST', application('authentication'), 'applications', saveAuthentication],
  ['GET', application('credentials'), 'applications', showCredentials],
  ['GET', application('credentials/new-secret'), 'applications', newSecretForm],
  ['POST', application('credentials/new-secret'), 'applications', createSecret],
  ['POST', application('credentials/remove-secret'), 'applications', removeSecret],
  ['GET', application('credentials/new-certificate'), 'applications', newCertificateForm],
  ['POST', application('credentials/new-certificate'), 'applications', uploadCertificate],
  ['POST', application('credentials/remove-certificate'), 'applications', removeCertificate],
  ['GET', application('permissions'), 'applications', showPermissions],
  ['POST', application('permissions/remove'), 'applications', removePermission],
  ['GET', application('permissions/add'), 'applications', chooseApi],
  ['GET', application('permissions/add/:resource'), 'applications', choosePermissions],
  ['POST', application('permissions/add/:resource'), 'applications', addPermissions],
  ['GET', application('permissions/consent'), 'applications', askForConsent],
  ['POST', application('permissions/consent'), 'applications', grantConsent],

  ['GET', customersPath, 'any', listCustomers],
  ['GET', newCustomerPath, 'any', newCustomerForm],
  ['POST', newCustomerPath, 'any', addCustomer],
  ['GET', customer(), 'any', showCustomer],
  ['GET', customer('relationships/new'), 'any', newRelationshipForm],
  ['POST', customer('relationships/new'), 'any', addRelationship],
  ['POST', customer('relationships/end'), 'any', endRelationship],
  // What an application may do is an application administrator's, in a customer's tenant too.
  ['GET', customer('consents/new'), 'applications', chooseApplication],
  ['GET', customer('consents/new/:appId'), 'applications', askForCustomer],
  ['POST', customer('consents/new/:appId'), 'applications', giveConsent],
  ['POST', customer('consents/withdraw'), 'applications', withdrawConsent],

  ['GET', referralsPath, 'any', listReferrals],
  ['GET', newReferralPath, 'any', newReferralForm],
  ['POST', newReferralPath, 'any', addReferral],
  ['POST', removeReferralPath, 'any', removeReferral],

  // These change the sandbox for every tenant of it: a global administrator's, on its own machine.
  ['GET', clockPath, 'sandbox', showClock],
  ['POST', clockPath, 'sandbox', changeClock],
  ['GET', faultsPath, 'sandbox', listFaults],
  ['GET', newFaultPath, 'sandbox', newFaultForm],
  ['POST', newFaultPath, 'sandbox', addFault],
  ['POST', removeFaultPath, 'sandbox', removeFault],
  ['POST', removeAllFaultsPath, 'sandbox', removeAllFaults],
  ['GET', keysPath, 'sandbox', showKeys],
  ['POST', keysPath, 'sandbox', rotateKeys],

  ['GET', flowsPath, 'sandbox', listFlows],
  ['GET', flowPath(':id'), 'sandbox', showFlow],

  ['GET', '/console/not-modelled', 'any', notModelled],
];
