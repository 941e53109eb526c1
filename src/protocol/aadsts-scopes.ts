import { type AadstsEntry, entry } from './aadsts-entry.ts';

/** What is wrong with what the token is for: the resource and the scopes. */
export const scopeErrors = {
  resourceParameterNotSupported: entry({
    code: 901002,
    error: 'invalid_request',
    status: 400,
    message: "The 'resource' request parameter is not supported.",
    hasPage: true,
    meaning: 'The v2 endpoint takes scope, not resource.',
    cause: 'resource belongs to the v1 endpoint (/oauth2/token); the v2 endpoint takes scope.',
    nextStep: 'Give --scopes {resource}/.default, or send resource to /oauth2/token.',
  }),
  invalidScope: entry({
    code: 70011,
    error: 'invalid_scope',
    status: 400,
    message:
      "The provided request must include a 'scope' input parameter. The provided value for the input parameter 'scope' is not valid. The scope {scope} is not valid.",
    hasPage: true,
    meaning: 'A scope is not valid.',
    cause: 'A scope is misspelled, or .default is mixed with named permissions of the same resource.',
    nextStep: 'Give --scopes either {resource}/.default or the permissions by name, not both.',
  }),
  clientCredentialsScope: entry({
    code: 1002012,
    error: 'invalid_scope',
    status: 400,
    message:
      'The provided value for scope {scope} is not valid. Client credential flows must have a scope value with /.default suffixed to the resource identifier (application ID URI).',
    hasPage: true,
    meaning: 'An application can only ask for a resource’s .default scope.',
    cause: 'An application acting for itself can only ask for everything it was granted: {resource}/.default.',
    nextStep:
      'Give --scopes https://api.partnercenter.microsoft.com/.default, or the resource you mean with /.default.',
  }),
  severalResources: entry({
    code: 700022,
    error: 'invalid_scope',
    status: 400,
    message:
      "The provided value for the input parameter 'scope' is not valid because it contains more than one resource. Scope {scope} is not valid.",
    hasPage: true,
    meaning: 'The scopes name more than one resource.',
    cause: 'A token is for one resource, and the scopes name several.',
    nextStep: 'Obtain one token for each resource: partner-auth token once with each --scopes.',
  }),
  invalidScopeForAccessToken: entry({
    code: 28002,
    error: 'invalid_scope',
    status: 400,
    message:
      "Provided value for the input parameter scope '{scope}' is not valid when requesting an access token. Please specify a valid scope.",
    hasPage: true,
    meaning: 'The scopes fit no single resource.',
    cause: 'The scope names more than one resource, or none that a token can be issued for.',
    nextStep: 'Give --scopes of one resource.',
  }),
  emptyScopeForCode: entry({
    code: 28003,
    error: 'invalid_scope',
    status: 400,
    message:
      'Provided value for the input parameter scope cannot be empty when requesting an access token using the provided authorization code. Please specify a valid scope.',
    hasPage: true,
    meaning: 'The scope is empty.',
    cause: 'The code was issued without a scope of a resource, and the redemption names none.',
    nextStep: 'Give --scopes when signing in.',
  }),
  unknownScope: entry({
    code: 650053,
    error: 'invalid_client',
    status: 400,
    message:
      "The application '{application}' asked for scope '{scope}' that doesn't exist on the resource '{resource}'. Contact the app vendor.",
    hasPage: true,
    meaning: 'The resource has no permission of that name.',
    cause: 'The resource offers no delegated permission of that name.',
    nextStep: 'Check the spelling of --scopes; partner resources offer user_impersonation, and .default always works.',
  }),
  unknownResource: entry({
    code: 500011,
    error: 'invalid_resource',
    status: 400,
    message:
      'The resource principal named {resource} was not found in the tenant named {tenant}. This can happen if the application has not been installed by the administrator of the tenant or consented to by any user in the tenant. You might have sent your authentication request to the wrong tenant.',
    hasPage: true,
    meaning: 'The API is not known in the tenant.',
    cause: 'The name is mistyped, of another cloud, or of an API that nobody added to the tenant.',
    nextStep: 'Check --resource or --scopes, --tenant and --environment: each cloud has its own resource names.',
  }),
  resourceDisabled: entry({
    code: 500014,
    error: 'invalid_resource',
    status: 400,
    message:
      "The service principal for resource '{resource}' is disabled. This indicate that a subscription within the tenant has lapsed, or that the administrator for this tenant has disabled the application, preventing tokens from being issued for it.",
    hasPage: true,
    meaning: 'The API is switched off in the tenant.',
    cause: 'The API exists in the tenant and is switched off there.',
    nextStep: 'Ask an administrator to enable the enterprise application of the API in the tenant.',
  }),
  resourceAbsent: entry({
    code: 50001,
    error: 'invalid_resource',
    status: 400,
    message: 'The resource is disabled or the resource named {resource} was not found.',
    hasPage: true,
    meaning: 'The API is not there, or switched off.',
    cause: 'The API is not known in the tenant, or switched off.',
    nextStep: 'Check --resource and --tenant.',
  }),
  resourceNotListed: entry({
    code: 650057,
    error: 'invalid_resource',
    status: 400,
    message:
      "Invalid resource. The client has requested access to a resource which is not listed in the requested permissions in the client's application registration. Client app ID: {application}. Resource value from request: {resource}.",
    hasPage: true,
    meaning: 'The API is missing from the application’s API permissions.',
    cause: 'The app registration does not list the API under "API permissions".',
    nextStep:
      'Add the API’s permission (Microsoft Partner: user_impersonation) to the app registration and grant admin consent.',
  }),
  tokenForItself: entry({
    code: 90009,
    error: 'invalid_request',
    status: 400,
    message:
      'Application is requesting a token for itself. This scenario is supported only if resource is specified using the GUID based App Identifier.',
    hasPage: true,
    meaning: 'The application asks for a token for itself.',
    cause:
      'Client and resource are the same application: often the resource was left out or mistyped, or the own application is written as a URI.',
    nextStep:
      'For Partner Center give --resource partner-center. To reach your own API give its application id as the resource: --scopes {application id}/.default.',
  }),
} as const satisfies Record<string, AadstsEntry>;
