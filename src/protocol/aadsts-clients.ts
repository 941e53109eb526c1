import { type AadstsEntry, entry } from './aadsts-entry.ts';

/** What is wrong with the application that asks: its registration and its secret. */
export const clientErrors = {
  unknownApplication: entry({
    code: 700016,
    error: 'unauthorized_client',
    status: 400,
    message:
      "Application with identifier '{application}' was not found in the directory '{tenant}'. This can happen if the application has not been installed by the administrator of the tenant or consented to by any user in the tenant.",
    hasPage: true,
    meaning: 'The application is not known in this tenant.',
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
    meaning: 'The application id is no GUID.',
    cause: 'The client id is not a GUID.',
    nextStep: 'Give --application-id the "Application (client) ID" of the app registration.',
  }),
  applicationDisabled: entry({
    code: 7000112,
    error: 'unauthorized_client',
    status: 400,
    message: "Application '{application}'({name}) is disabled.",
    hasPage: true,
    meaning: 'The application is switched off in the tenant.',
    cause: 'An administrator of the tenant switched the application off.',
    nextStep: 'Ask an administrator to enable sign-in for the enterprise application in the tenant.',
  }),
  grantNotAllowed: entry({
    code: 70001,
    error: 'unauthorized_client',
    status: 400,
    message: "Application '{application}' is not allowed to use the grant type '{grantType}'.",
    hasPage: true,
    meaning: 'The application may not sign in this way.',
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
    meaning: 'The client secret is wrong.',
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
    meaning: 'The client secret has expired.',
    cause: 'The secret was right, and its end date has passed.',
    nextStep: 'Create a new secret in the app registration and pass it with --client-secret-file.',
  }),
  credentialRequired: entry({
    code: 7000218,
    error: 'invalid_client',
    status: 401,
    message: "The request body must contain the following parameter: 'client_assertion' or 'client_secret'.",
    hasPage: true,
    meaning: 'The application must prove who it is, and did not.',
    cause:
      'The application counts as confidential (public client flows are off, or it signed in at a “Web” redirect address) and was used without a secret or a certificate. Device codes often meet this.',
    nextStep:
      'To sign in without a secret set “Allow public client flows” to Yes under Authentication in the app registration. Otherwise pass --client-secret-file or --certificate-file.',
  }),
  credentialRequiredForClientCredentials: entry({
    code: 7000216,
    error: 'invalid_client',
    status: 401,
    message: "'client_assertion', 'client_secret' or 'request' is required for the 'client_credentials' grant type.",
    hasPage: true,
    meaning: 'Client credentials need a secret or a certificate.',
    cause: 'An application acting for itself must prove who it is.',
    nextStep: 'Pass --client-secret-file or --certificate-file.',
  }),
  publicClientSentCredential: entry({
    code: 700025,
    error: 'invalid_client',
    status: 401,
    message: "Client is public so neither 'client_assertion' nor 'client_secret' should be presented.",
    hasPage: true,
    meaning: 'A public application sent a secret.',
    cause: 'The application is registered without credentials, for programs that cannot keep one.',
    nextStep: 'Leave out the secret, or check that --application-id is the application the secret belongs to.',
  }),
  secretMismatch: entry({
    code: 70002,
    error: 'invalid_client',
    status: 401,
    message:
      'Error validating credentials. The specified client_secret does not match the expected value for this client.',
    hasPage: true,
    meaning: 'The client secret is wrong (older form of 7000215).',
    cause: 'The secret is wrong, or belongs to another application.',
    nextStep: 'Copy the secret’s Value when it is created, or create a new one, and pass it with --client-secret-file.',
  }),
  certificateNameNotAuthorised: entry({
    code: 700030,
    error: 'invalid_client',
    status: 401,
    message: 'Invalid certificate - subject name in certificate is not authorized.',
    hasPage: true,
    meaning: 'The certificate’s name is not one the application trusts.',
    cause: 'The application trusts certificates by their subject name, and this one has another.',
    nextStep: 'Check --certificate-file, or register this certificate under Certificates & secrets.',
  }),
  certificateExpired: entry({
    code: 1000502,
    error: 'invalid_client',
    status: 401,
    message: 'The provided certificate is not within its specified validity period.',
    hasPage: true,
    meaning: 'The certificate has expired, or is not valid yet.',
    cause: 'The certificate’s dates exclude now; the clock of this machine may be wrong.',
    nextStep:
      'Renew the certificate and upload its public part under Certificates & secrets; check the clock with partner-auth doctor.',
  }),
  redirectInvalid: entry({
    code: 70004,
    error: 'unauthorized_client',
    status: 400,
    message:
      'The app returned an invalid redirect URI. The redirect address specified by the client does not match any configured addresses or any addresses on the OIDC approve list.',
    hasPage: true,
    meaning: 'The redirect address does not fit (older form of 50011).',
    cause: 'The redirect address is not registered for the application.',
    nextStep:
      'Under Authentication, “Mobile and desktop applications”, add exactly http://localhost; or fix the port with --redirect-port and register that address.',
  }),
  confidentialAcrossClouds: entry({
    code: 900382,
    error: 'invalid_client',
    status: 400,
    message: 'Confidential Client is not supported in Cross Cloud request.',
    hasPage: true,
    meaning: 'A secret or certificate does not work across clouds.',
    cause: 'The application is of one cloud and the tenant of another.',
    nextStep: 'Check --environment and --tenant; sign in as a user: partner-auth login.',
  }),
} as const satisfies Record<string, AadstsEntry>;
