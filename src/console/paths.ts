/** Where the console lives. */
export const isConsolePath = (path: string): boolean => path === '/console' || path.startsWith('/console/');

export const homePath = '/console';
export const signInPath = '/console/sign-in';
export const signedInPath = '/console/signed-in';
export const signOutPath = '/console/sign-out';
