/**
 * The names in `error` and `suberror` of an OAuth answer, for a partner: what programs branch on, where an AADSTS number
 * is for people. Sources: RFC 6749 sections 4.1.2.1 and 5.2, RFC 8628 section 3.5, OpenID Connect Core 3.1.2.6, and
 * Microsoft's own (its protocol pages and what MSAL reads).
 */
export interface OAuthErrorName {
  readonly name: string;
  /** Where it stands in the answer. */
  readonly member: 'error' | 'suberror';
  /** What the name means, in one short line. */
  readonly meaning: string;
  readonly cause: string;
  readonly nextStep: string;
}

const number = 'The AADSTS number beside it says more: partner-auth explain with the whole message.';

export const oauthErrorNames: readonly OAuthErrorName[] = [
  {
    name: 'invalid_request',
    member: 'error',
    meaning: 'The request lacks a parameter, repeats one, or cannot be read.',
    cause: 'The program that asks is at fault, or an option of it.',
    nextStep: number,
  },
  {
    name: 'invalid_client',
    member: 'error',
    meaning: 'The application could not prove who it is.',
    cause: 'The secret, the certificate or the assertion is wrong, expired or missing.',
    nextStep: `Check --application-id and --client-secret-file or --certificate-file. ${number}`,
  },
  {
    name: 'invalid_grant',
    member: 'error',
    meaning: 'The sign-in behind the request no longer counts.',
    cause:
      'The refresh token, code or password is expired, revoked, used, another application’s or not enough: MFA, consent or a policy can be behind it.',
    nextStep: `Sign in again with partner-auth login. ${number}`,
  },
  {
    name: 'unauthorized_client',
    member: 'error',
    meaning: 'The application may not sign in this way, or is unknown.',
    cause: 'The tenant does not know the application, or its registration does not allow this flow.',
    nextStep: `Check --application-id and --tenant. ${number}`,
  },
  {
    name: 'unsupported_grant_type',
    member: 'error',
    meaning: 'The endpoint does not know the grant type.',
    cause: 'grant_type is misspelled, or sent to an endpoint that does not take it.',
    nextStep: 'Check grant_type for spelling; partner-auth token --help lists the ways to obtain a token.',
  },
  {
    name: 'unsupported_response_type',
    member: 'error',
    meaning: 'The authorize endpoint does not know the response type.',
    cause: 'response_type is misspelled, or not switched on in the app registration.',
    nextStep: 'Ask for response_type=code.',
  },
  {
    name: 'invalid_scope',
    member: 'error',
    meaning: 'A scope is unknown or does not fit the others.',
    cause: 'A scope is misspelled, names several resources, or should be a resource’s .default.',
    nextStep: `Give --resource partner-center, or --scopes of one resource. ${number}`,
  },
  {
    name: 'invalid_resource',
    member: 'error',
    meaning: 'The resource is not known in the tenant.',
    cause: 'The resource is misspelled, of another cloud, or was never added to the tenant.',
    nextStep: `Check --resource or --scopes, --tenant and --environment. ${number}`,
  },
  {
    name: 'invalid_instance',
    member: 'error',
    meaning: 'The host belongs to no known cloud.',
    cause: 'A client asked whether it may trust an authority’s host, and it is none of Microsoft’s.',
    nextStep: 'Check --environment. A program of your own must name the host as known.',
  },
  {
    name: 'access_denied',
    member: 'error',
    meaning: 'Somebody said no: the user, an administrator or a policy.',
    cause: 'The consent page was refused, or consent is reserved to administrators.',
    nextStep: 'Run partner-auth login again and accept, or let an administrator grant consent.',
  },
  {
    name: 'interaction_required',
    member: 'error',
    meaning: 'A person must sign in.',
    cause: 'MFA, consent or a policy needs a page; nothing silent can pass.',
    nextStep: 'Sign in again with partner-auth login.',
  },
  {
    name: 'login_required',
    member: 'error',
    meaning: 'A person must sign in: there is no session.',
    cause: 'A sign-in without a page was asked for, and the browser holds no session.',
    nextStep: 'Sign in with a page: partner-auth login.',
  },
  {
    name: 'consent_required',
    member: 'error',
    meaning: 'Consent is missing.',
    cause: 'Nobody granted the application the permission it asks for in this tenant.',
    nextStep: 'Grant admin consent in the app registration; partner-auth explain 65001 says more.',
  },
  {
    name: 'user_password_expired',
    member: 'error',
    meaning: 'The password has expired.',
    cause: 'The password is temporary or too old.',
    nextStep: 'Sign in once in a browser and choose a new password, then use that one.',
  },
  {
    name: 'authorization_pending',
    member: 'error',
    meaning: 'The user has not finished signing in yet.',
    cause: 'The device code waits to be entered; this is no failure.',
    nextStep: 'Open the page shown, enter the code, and wait.',
  },
  {
    name: 'slow_down',
    member: 'error',
    meaning: 'The program asks too often whether the user is done.',
    cause: 'It polls faster than the interval it was given (RFC 8628).',
    nextStep: 'Wait five seconds longer between requests.',
  },
  {
    name: 'authorization_declined',
    member: 'error',
    meaning: 'The user refused the sign-in.',
    cause: 'Somebody pressed Cancel on the page of the device code.',
    nextStep: 'Run the command again, and accept on the page.',
  },
  {
    name: 'expired_token',
    member: 'error',
    meaning: 'The device code has expired.',
    cause: 'Nobody entered the code within 15 minutes.',
    nextStep: 'Run the command again and enter the new code.',
  },
  {
    name: 'bad_verification_code',
    member: 'error',
    meaning: 'The device code is not known.',
    cause: 'The code is mistyped, or of another cloud.',
    nextStep: 'Check the code shown for typing errors, and --environment.',
  },
  {
    name: 'temporarily_unavailable',
    member: 'error',
    meaning: 'The service is too busy just now.',
    cause: 'Too many requests, or a failure that passes.',
    nextStep: 'Try again after Retry-After, or in a minute.',
  },
  {
    name: 'server_error',
    member: 'error',
    meaning: 'The service failed.',
    cause: 'Something failed inside the sign-in service.',
    nextStep: 'Try again; if it stays, report the Trace ID and the time.',
  },
  {
    name: 'bad_token',
    member: 'suberror',
    meaning: 'The refresh token is of no use any more.',
    cause: 'It expired, was revoked, or cannot be read.',
    nextStep: 'Throw it away and sign in again with partner-auth login.',
  },
  {
    name: 'basic_action',
    member: 'suberror',
    meaning: 'A page of the sign-in can solve it, for example MFA.',
    cause: 'The tenant wants something that only a person can do: pass or set up the second factor.',
    nextStep: 'Sign in again with partner-auth login.',
  },
  {
    name: 'additional_action',
    member: 'suberror',
    meaning: 'Something outside of the sign-in must be done first.',
    cause: 'The tenant wants the device or an application to be set up, for example.',
    nextStep: 'Sign in with partner-auth login in a browser, and do as the page says.',
  },
  {
    name: 'message_only',
    member: 'suberror',
    meaning: 'A page of the sign-in can say why, and nothing more.',
    cause: 'A policy refuses the sign-in; no action of the user changes that.',
    nextStep: 'Ask an administrator which policy it was: the sign-in log has it under the Correlation ID.',
  },
  {
    name: 'client_mismatch',
    member: 'suberror',
    meaning: 'The refresh token is of no use to this application.',
    cause: 'It was issued to an application that shares its sign-ins with others, and this is none of them.',
    nextStep: 'Sign in with this application: partner-auth login --application-id ID.',
  },
];
