import type { SignIn } from './authorization-code.ts';
import type { User } from './user.ts';

/** What one browser is signed in to. The entry's key is a digest of its cookie, which is new after every proof. */
export interface BrowserSession {
  /** Stays when the cookie changes, and is never sent: what a page began in one browser goes on in no other. */
  readonly browserId: string;
  /** Complete sign-ins alone: every factor their users need was proven. */
  readonly signIns: readonly SignIn[];
}

/** From the last proof; the cookie itself ends with the browser. */
export const browserSessionLifetimeSeconds = 86_400;

/** A session with one more sign-in; it takes the place of the user's earlier one. */
export const withSignIn = (session: BrowserSession, signIn: SignIn): BrowserSession => ({
  ...session,
  signIns: [...session.signIns.filter(({ userId }) => userId !== signIn.userId), signIn],
});

/** Whether an earlier sign-in is still good for anything: the user exists, is enabled, and it was not revoked since. */
export const stands = (signIn: SignIn, user: User | undefined): user is User =>
  user?.accountEnabled === true &&
  user.id === signIn.userId &&
  !(user.signInSessionsValidFrom && signIn.authenticatedAt < user.signInSessionsValidFrom);
