import { type AadstsEntry, entry } from './aadsts-entry.ts';

/** What nobody has granted yet: consent, assignments, an application unknown in a customer’s tenant. */
export const consentErrors = {
  consentRequired: entry({
    code: 65001,
    error: 'invalid_grant',
    status: 400,
    suberror: 'consent_required',
    message:
      "The user or administrator has not consented to use the application with ID '{application}' named '{name}'. Send an interactive authorization request for this user and resource.",
    hasPage: true,
    meaning: 'The application lacks consent in this tenant.',
    cause: 'Nobody granted the application the permission it asks for in this tenant.',
    nextStep:
      'Grant admin consent under API permissions in the app registration. For a customer’s tenant create the consent through Partner Center: POST /v1/customers/{customer}/applicationconsents, as an Admin agent with an active GDAP relationship.',
  }),
  consentRefused: entry({
    code: 65004,
    error: 'access_denied',
    status: 400,
    message: 'User declined to consent to access the app.',
    hasPage: true,
    meaning: 'The user declined consent.',
    cause: 'The user pressed Cancel on the consent page.',
    nextStep: 'Run partner-auth login again and accept, or let an administrator consent for everyone.',
  }),
  adminConsentRequired: entry({
    code: 90094,
    error: 'access_denied',
    status: 400,
    message:
      'An administrator of {tenant} has set a policy that prevents you from granting {name} the permissions it is requesting. Contact an administrator of {tenant}, who can grant permissions to this app on your behalf.',
    hasPage: true,
    meaning: 'An administrator must consent.',
    cause: 'Only an administrator may consent to the permissions asked for.',
    nextStep: 'Let an administrator grant admin consent under API permissions in the app registration.',
  }),
  roleRequired: entry({
    code: 501051,
    error: 'invalid_grant',
    status: 400,
    message: "Application '{application}'({name}) is not assigned to a role for the application '{resource}'.",
    hasPage: true,
    meaning: 'The application is not assigned to the API.',
    cause: 'The API demands that applications are assigned to it, and this one is not.',
    nextStep: 'Ask an administrator to assign one of the API’s application roles and to consent to it.',
  }),
  userNotAssigned: entry({
    code: 50105,
    error: 'invalid_grant',
    status: 400,
    message:
      "Your administrator has configured the application {name} ('{application}') to block users unless they are specifically granted ('assigned') access to the application. The signed-in user '{user}' is blocked because they are not a direct member of a group with access, nor had access directly assigned by an administrator.",
    hasPage: true,
    meaning: 'The user is not assigned to the application.',
    cause: 'The application demands that its users are assigned to it.',
    nextStep: 'Ask an administrator to assign the user under Enterprise applications, Users and groups.',
  }),
  microsoftApplicationNotAuthorised: entry({
    code: 65002,
    error: 'invalid_grant',
    status: 400,
    message:
      'Consent between first party application and first party resource must be configured via preauthorization - applications owned and operated by Microsoft must get approval from the API owner before requesting tokens for that API.',
    hasPage: true,
    meaning: 'One Microsoft application may not use another for you.',
    cause:
      '--application-id is an application of Microsoft’s own (Azure CLI, for example), which is not approved for this API.',
    nextStep: 'Register an application of your own, give it the API permission, and pass its id with --application-id.',
  }),
  permissionsMisconfigured: entry({
    code: 65005,
    error: 'invalid_client',
    status: 400,
    message:
      'The app required resource access list does not contain apps discoverable by the resource, or the client app has requested access to a resource which was not specified in its required resource access list.',
    hasPage: true,
    meaning: 'The application’s list of permissions does not fit.',
    cause: 'The app registration does not list the API, or lists one that the tenant does not know.',
    nextStep:
      'Add the API’s permission under API permissions (Microsoft Partner Center: user_impersonation) and grant admin consent.',
  }),
  serviceNotSubscribed: entry({
    code: 650052,
    error: 'invalid_client',
    status: 400,
    message:
      'The app needs access to a service that your organization has not subscribed to or enabled. Contact your IT Admin to review the configuration of your service subscriptions.',
    hasPage: true,
    meaning: 'The tenant has no such service.',
    cause:
      'The API’s service principal is missing in the tenant; often the tenant is a customer’s and the API belongs to the partner’s.',
    nextStep:
      'For Partner Center give --tenant the partner’s own tenant. Otherwise let an administrator add the API’s enterprise application to the tenant.',
  }),
  resourceRemoved: entry({
    code: 650054,
    error: 'invalid_client',
    status: 400,
    message:
      'The application asked for permissions to access a resource that has been removed or is no longer available.',
    hasPage: true,
    meaning: 'The application asks for an API that is gone.',
    cause: 'The app registration lists an API that the tenant no longer has; Azure AD Graph is one.',
    nextStep: 'Remove that API under API permissions in the app registration, and grant admin consent again.',
  }),
  applicationMisconfigured: entry({
    code: 650056,
    error: 'invalid_client',
    status: 400,
    message:
      'Misconfigured application. This could be due to one of the following: the client has not listed any permissions in the requested permissions in the client application registration. Or, the admin has not consented in the tenant. Or, check the application identifier in the request to ensure it matches the configured client application identifier.',
    hasPage: true,
    meaning: 'The application has no permission, or no consent.',
    cause:
      'The app registration lists no permission for the resource, nobody consented, or the application id is another’s.',
    nextStep: 'Check --application-id, add the API’s permission in the app registration, and grant admin consent.',
  }),
  signInPermissionMissing: entry({
    code: 90008,
    error: 'invalid_grant',
    status: 400,
    message:
      'The user or administrator has not consented to use the application. At the minimum, the application requires access to Microsoft Entra ID by specifying the sign-in and read user profile permission.',
    hasPage: true,
    meaning: 'Nobody consented even to signing in.',
    cause: 'The app registration lacks the delegated permission User.Read, or consent to it.',
    nextStep:
      'Add User.Read of Microsoft Graph under API permissions and grant admin consent; then partner-auth login.',
  }),
  consentForbidden: entry({
    code: 90093,
    error: 'access_denied',
    status: 403,
    message: 'Calling principal cannot consent due to lack of permissions.',
    hasPage: true,
    meaning: 'The user may not give this consent.',
    cause: 'Consent was asked of a user who is no administrator.',
    nextStep:
      'Let an administrator sign in with partner-auth login once, or grant admin consent in the app registration.',
  }),
  adminConsentAsked: entry({
    code: 90095,
    error: 'access_denied',
    status: 400,
    message: 'Admin consent is required.',
    hasPage: true,
    meaning: 'Consent was asked of an administrator and is open.',
    cause: 'The tenant lets users ask for consent; an administrator has not answered yet.',
    nextStep:
      'Wait for the administrator’s answer (Enterprise applications, Admin consent requests), then partner-auth login.',
  }),
  partnerApplicationNotAuthorised: entry({
    code: 90099,
    error: 'invalid_grant',
    status: 400,
    message:
      'The application has not been authorized in the tenant. Applications must be authorized to access the external tenant before partner delegated administrators can use them. Provide pre-consent or execute the appropriate Partner Center API to authorize the application.',
    hasPage: true,
    meaning: 'The customer’s tenant does not know the partner’s application.',
    cause: 'A partner’s user acts in a customer’s tenant by GDAP, and the application has no consent there.',
    nextStep:
      'Create the consent through Partner Center: POST /v1/customers/{customer}/applicationconsents, as an Admin agent with an active GDAP relationship; then ask again with --tenant of the customer.',
  }),
} as const satisfies Record<string, AadstsEntry>;
