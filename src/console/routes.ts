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
import { home, search, settings } from './home.ts';
import { notModelled } from './not-modelled.ts';
import { searchPath, settingsPath } from './pages/frame.ts';
import { homePath, signedInPath, signInPath, signOutPath } from './paths.ts';
import type { ConsoleRoute } from './route.ts';
import { finishSignIn, signInAgain, signOut } from './sign-in.ts';
import { chooseWayToAdd } from './users/add-user.ts';
import { listUsers } from './users/list-users.ts';
import { createUser, newUserForm } from './users/new-user.ts';
import { addUserPath, newUserPath, userPath, usersPath } from './users/paths.ts';
import { forgetFactor, resetUserPassword, saveUser, setBlocked, showUser } from './users/user-page.ts';

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

  ['GET', '/console/not-modelled', 'any', notModelled],
];
