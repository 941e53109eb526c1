import { type AadstsEntry, entry } from './aadsts-entry.ts';

/** What is wrong with a user’s sign-in or with what carries one: passwords, MFA, consent, codes, refresh tokens. */
export const signInErrors = {
  invalidPassword: entry({
    code: 50126,
    error: 'invalid_grant',
    status: 400,
    message: 'Error validating credentials due to invalid username or password.',
    hasPage: true,
    cause: 'The user name or the password is wrong; which of the two is not said.',
    nextStep:
      'Check --username and the content of --password-file; a password changed elsewhere must be changed there too.',
  }),
  userDisabled: entry({
    code: 50057,
    error: 'invalid_grant',
    status: 400,
    message: 'The user account is disabled.',
    hasPage: true,
    cause: 'An administrator blocked the user’s sign-in.',
    nextStep: 'Ask an administrator of the partner tenant to enable the account.',
  }),
  passwordExpired: entry({
    code: 50055,
    error: 'invalid_grant',
    v1Error: 'user_password_expired',
    status: 400,
    suberror: 'user_password_expired',
    message: 'The password is expired.',
    hasPage: true,
    cause: 'The password is temporary or too old: a new user must change the one that was generated.',
    nextStep: 'Sign in once in a browser and choose a new password, then use that one.',
  }),
  mfaRequired: entry({
    code: 50076,
    error: 'invalid_grant',
    v1Error: 'interaction_required',
    status: 400,
    suberror: 'basic_action',
    message:
      "Due to a configuration change made by your administrator, or because you moved to a new location, you must use multi-factor authentication to access '{resource}'.",
    hasPage: true,
    cause: 'The user must sign in with a second factor, which a password grant cannot ask for.',
    nextStep: 'Sign in with partner-auth login (browser or --use-device-authentication) instead of --username.',
  }),
  mfaNotEnrolled: entry({
    code: 50079,
    error: 'invalid_grant',
    v1Error: 'interaction_required',
    status: 400,
    suberror: 'basic_action',
    message:
      "Due to a configuration change made by your administrator, or because you moved to a new location, you must enroll in multi-factor authentication to access '{resource}'.",
    hasPage: true,
    cause: 'The user must have a second factor and has not set one up.',
    nextStep: 'Sign in once in a browser and set up the authenticator app, then use partner-auth login.',
  }),
  consentRequired: entry({
    code: 65001,
    error: 'invalid_grant',
    status: 400,
    suberror: 'consent_required',
    message:
      "The user or administrator has not consented to use the application with ID '{application}' named '{name}'. Send an interactive authorization request for this user and resource.",
    hasPage: true,
    cause: 'Nobody granted the application the permission it asks for in this tenant.',
    nextStep:
      'Grant admin consent under API permissions in the app registration; for a customer’s tenant create the application consent through Partner Center.',
  }),
  roleRequired: entry({
    code: 501051,
    error: 'invalid_grant',
    status: 400,
    message: "Application '{application}'({name}) is not assigned to a role for the application '{resource}'.",
    hasPage: true,
    cause: 'The API demands that applications are assigned to it, and this one is not.',
    nextStep: 'Ask an administrator to assign one of the API’s application roles and to consent to it.',
  }),
} as const satisfies Record<string, AadstsEntry>;
