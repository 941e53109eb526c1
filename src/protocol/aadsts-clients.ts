import { type AadstsEntry, entry } from './aadsts-entry.ts';

/** What is wrong with the application that asks: its registration, its secret, its certificate. */
export const clientErrors = {
  unknownApplication: entry({
    code: 700016,
    error: 'unauthorized_client',
    status: 400,
    message:
      "Application with identifier '{application}' was not found in the directory '{tenant}'. This can happen if the application has not been installed by the administrator of the tenant or consented to by any user in the tenant.",
    hasPage: true,
    cause: 'The application is not registered in this tenant, and was not consented to there.',
    nextStep:
      'Check --application-id and --tenant; a multi-tenant application must be consented to in the customer’s tenant first.',
  }),
  invalidApplicationIdentifier: entry({
    code: 700038,
    error: 'unauthorized_client',
    status: 400,
    message: '{application} is not a valid application identifier.',
    hasPage: false,
    cause: 'The client id is not a GUID.',
    nextStep: 'Give --application-id the "Application (client) ID" of the app registration.',
  }),
  applicationDisabled: entry({
    code: 7000112,
    error: 'unauthorized_client',
    status: 400,
    message: "Application '{application}'({name}) is disabled.",
    hasPage: true,
    cause: 'An administrator of the tenant switched the application off.',
    nextStep: 'Ask an administrator to enable sign-in for the enterprise application in the tenant.',
  }),
  grantNotAllowed: entry({
    code: 70001,
    error: 'unauthorized_client',
    status: 400,
    message: "Application '{application}' is not allowed to use the grant type '{grantType}'.",
    hasPage: true,
    cause:
      'The app registration does not allow this way of signing in; the password grant is off unless it is allowed.',
    nextStep:
      'Allow public client flows in the app registration (in a seed file: isFallbackPublicClient or allowsPasswordGrant), or sign in with partner-auth login.',
  }),
  invalidClientSecret: entry({
    code: 7000215,
    error: 'invalid_client',
    status: 401,
    message:
      "Invalid client secret provided. Ensure the secret being sent in the request is the client secret value, not the client secret ID, for a secret added to app '{application}'.",
    hasPage: true,
    cause: 'The secret is wrong. Often the id of the secret was copied instead of its value.',
    nextStep: 'Copy the secret’s Value when it is created, or create a new one, and pass it with --client-secret-file.',
  }),
  expiredClientSecret: entry({
    code: 7000222,
    error: 'invalid_client',
    status: 401,
    message:
      "The provided client secret keys for app '{application}' are expired. Visit the Azure portal to create new keys for your app: https://aka.ms/NewClientSecret, or consider using certificate credentials for added security: https://aka.ms/certCreds.",
    hasPage: true,
    cause: 'The secret was right, and its end date has passed.',
    nextStep: 'Create a new secret in the app registration and pass it with --client-secret-file.',
  }),
  credentialRequired: entry({
    code: 7000218,
    error: 'invalid_client',
    status: 401,
    message: "The request body must contain the following parameter: 'client_assertion' or 'client_secret'.",
    hasPage: true,
    cause: 'The application is confidential (it has a secret or a certificate) and was used without one.',
    nextStep:
      'Pass --client-secret-file or --certificate-file, or allow public client flows in the app registration if the program cannot keep a secret.',
  }),
  credentialRequiredForClientCredentials: entry({
    code: 7000216,
    error: 'invalid_client',
    status: 401,
    message: "'client_assertion', 'client_secret' or 'request' is required for the 'client_credentials' grant type.",
    hasPage: true,
    cause: 'An application acting for itself must prove who it is.',
    nextStep: 'Pass --client-secret-file or --certificate-file.',
  }),
  publicClientSentCredential: entry({
    code: 700025,
    error: 'invalid_client',
    status: 401,
    message: "Client is public so neither 'client_assertion' nor 'client_secret' should be presented.",
    hasPage: true,
    cause: 'The application is registered without credentials, for programs that cannot keep one.',
    nextStep: 'Leave out the secret, or check that --application-id is the application the secret belongs to.',
  }),
} as const satisfies Record<string, AadstsEntry>;
