import { home, search, settings } from './home.ts';
import { notModelled } from './not-modelled.ts';
import { searchPath, settingsPath } from './pages/frame.ts';
import { homePath, signedInPath, signInPath, signOutPath } from './paths.ts';
import type { ConsoleRoute } from './route.ts';
import { finishSignIn, signInAgain, signOut } from './sign-in.ts';

/** Everything the console answers, and whose each of it is. The first that fits answers. */
export const consoleRoutes: readonly ConsoleRoute[] = [
  ['GET', signInPath, 'anybody', signInAgain],
  ['GET', signedInPath, 'anybody', finishSignIn],
  ['POST', signOutPath, 'signedIn', signOut],

  ['GET', homePath, 'any', home],
  ['GET', searchPath, 'any', search],
  ['GET', settingsPath, 'any', settings],
  ['GET', '/console/not-modelled', 'any', notModelled],
];
