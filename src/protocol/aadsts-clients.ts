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
  assertionKeyUnknown: entry({
    code: 700027,
    error: 'invalid_client',
    status: 401,
    message:
      "Client assertion contains an invalid signature. [Reason - {reason}, Thumbprint of key used by client: '{thumbprint}'].",
    hasPage: true,
    cause: 'The assertion was signed with a key that is not registered for the application, or its signature is wrong.',
    nextStep:
      'Upload the certificate’s public part under Certificates & secrets, and check --certificate-file or --certificate-thumbprint.',
  }),
  assertionMalformed: entry({
    code: 50027,
    error: 'invalid_client',
    status: 401,
    message: 'JWT token is invalid or malformed. {reason}',
    hasPage: true,
    cause:
      'The client assertion is no readable JWT, lacks a claim, or its header does not say which certificate signed it (x5t or x5t#S256).',
    nextStep:
      'Let the program make the assertion with --certificate-file; a hand-made one needs the thumbprint in its header.',
  }),
  assertionAudienceInvalid: entry({
    code: 50012,
    error: 'invalid_client',
    status: 401,
    message: 'Authentication failed. The audience of the client assertion is not valid.',
    hasPage: true,
    cause: 'The assertion’s aud is not the address of the token endpoint it was sent to.',
    nextStep: 'Write the token endpoint’s address into aud, tenant included; check --environment.',
  }),
  assertionAudienceUnexpected: entry({
    code: 700023,
    error: 'invalid_client',
    status: 401,
    message: 'Client assertion audience claim does not match Realm issuer.',
    hasPage: true,
    cause: 'The assertion’s aud names another tenant or another cloud.',
    nextStep: 'Check --tenant and --environment; aud must be the token endpoint of that tenant.',
  }),
  assertionIssuerUnknown: entry({
    code: 700021,
    error: 'invalid_client',
    status: 401,
    message: "Client assertion application identifier doesn't match 'client_id' parameter.",
    hasPage: true,
    cause: 'The assertion’s iss or sub is not the application’s id.',
    nextStep: 'Write the application id into iss and sub, the same as --application-id.',
  }),
  assertionSubjectMismatch: entry({
    code: 50048,
    error: 'invalid_client',
    status: 401,
    message: 'SubjectMismatchesIssuer - Subject mismatches Issuer claim in the client assertion.',
    hasPage: true,
    cause: 'The assertion’s sub and iss differ.',
    nextStep: 'Write the application id into both.',
  }),
  assertionOutOfTime: entry({
    code: 700024,
    error: 'invalid_client',
    status: 401,
    message:
      'Client assertion is not within its valid time range. Current time: {now}, assertion valid from {from}, expiry time of assertion {to}.',
    hasPage: true,
    cause: 'The assertion has expired or is not valid yet; often the clock of this machine is wrong.',
    nextStep: 'Check the clock with partner-auth doctor, and make a new assertion for each request.',
  }),
  federatedSubjectUnknown: entry({
    code: 700213,
    error: 'invalid_client',
    status: 401,
    message:
      "No matching federated identity record found for presented assertion subject '{subject}'. Check your federated identity credential Subject, Audience and Issuer against the presented assertion.",
    hasPage: true,
    cause: 'No federated credential of the application names this subject; letter case counts.',
    nextStep: 'Compare the credential’s Subject with the sub of the assertion (partner-auth decode shows it).',
  }),
  federatedSubjectCase: entry({
    code: 7002137,
    error: 'invalid_client',
    status: 401,
    message:
      "No matching federated identity record found for presented assertion subject '{subject}'. The subject matches a record only when letter case is ignored.",
    hasPage: true,
    cause: 'The federated credential’s Subject differs from the assertion’s in letter case.',
    nextStep: 'Write the credential’s Subject exactly as the assertion has it.',
  }),
  federatedExpressionMismatch: entry({
    code: 7002138,
    error: 'invalid_client',
    status: 401,
    message:
      'No matching federated identity record found for presented assertion. The claims matching expression of no record accepts it.',
    hasPage: true,
    cause: 'The application’s flexible federated credential does not accept the assertion’s claims.',
    nextStep: 'Compare the credential’s expression with the assertion (partner-auth decode shows its claims).',
  }),
  federatedIssuerUnknown: entry({
    code: 700211,
    error: 'invalid_client',
    status: 401,
    message: "No matching federated identity record found for presented assertion issuer '{issuer}'.",
    hasPage: true,
    cause: 'No federated credential of the application names this issuer.',
    nextStep: 'Compare the credential’s Issuer with the iss of the assertion; a slash at the end counts.',
  }),
  federatedAudienceUnknown: entry({
    code: 700212,
    error: 'invalid_client',
    status: 401,
    message: "No matching federated identity record found for presented assertion audience '{audience}'.",
    hasPage: true,
    cause: 'No federated credential of the application names this audience.',
    nextStep:
      'Ask the identity provider for a token with the audience api://AzureADTokenExchange, or change the credential.',
  }),
  federatedNoMatch: entry({
    code: 70021,
    error: 'invalid_request',
    status: 400,
    message: 'No matching federated identity record found for presented assertion.',
    hasPage: true,
    cause: 'The older form of 700211 to 700213: issuer, subject or audience match no federated credential.',
    nextStep: 'Compare all three with the assertion (partner-auth decode shows them).',
  }),
  federatedKeyUnknown: entry({
    code: 7000272,
    error: 'invalid_client',
    status: 401,
    message:
      "The certificate with identifier {key} used to sign the federated credential could not be found in the metadata of identity provider {issuer}. Please validate that your Identity Provider's metadata exposes the key used to sign the incoming token.",
    hasPage: true,
    cause: 'The identity provider’s jwks_uri does not hold the key named by kid in the assertion’s header.',
    nextStep: 'Publish the key there before it signs; new keys are looked for again after a few seconds.',
  }),
  federatedIssuerUnreachable: entry({
    code: 50166,
    error: 'invalid_request',
    status: 400,
    message: 'Request to External OIDC endpoint failed.',
    hasPage: false,
    cause: 'The identity provider’s discovery document or keys could not be fetched from the credential’s Issuer.',
    nextStep:
      'Open {issuer}/.well-known/openid-configuration and its jwks_uri; both must answer here, and issuer in it must be the credential’s Issuer.',
  }),
  federatedTokenKind: entry({
    code: 700229,
    error: 'invalid_client',
    status: 401,
    message:
      "Entra ID tokens issued by issuer '{issuer}' may not be used for federated identity credential flows unless they are app-only.",
    hasPage: true,
    cause: 'A token of a user was presented where only an application’s own token may vouch for another application.',
    nextStep: 'Present an app-only token, such as a managed identity’s.',
  }),
} as const satisfies Record<string, AadstsEntry>;
