import { type AadstsName, aadsts } from '../protocol/aadsts.ts';
import type { AuthError, AuthErrorCode } from './errors.ts';
import { isLoop, isUnheard } from './retry.ts';

/**
 * Whom a failure concerns where one identity asks many tenants: the `tenant` that was asked; the `identity`, so that every
 * tenant would meet it; or nobody in particular: requests are `throttled`, or `unanswered`.
 */
export type Concern = 'tenant' | 'identity' | 'throttled' | 'unanswered';

const concernOfCode: Readonly<Record<AuthErrorCode, Concern>> = {
  invalid_parameters: 'identity',
  not_supported: 'identity',
  resource_not_offered: 'identity',
  token_unreadable: 'identity',
  token_expired: 'identity',
  audience_mismatch: 'identity',
  sandbox_not_found: 'identity',
  configuration: 'identity',
  store_refused: 'identity',
  store_damaged: 'identity',
  store_unavailable: 'identity',
  store_key: 'identity',
  certificate_not_found: 'identity',
  certificate_unusable: 'identity',
  credentials_refused: 'identity',
  application_refused: 'tenant',
  consent_needed: 'tenant',
  sign_in_needed: 'identity',
  mfa_needed: 'tenant',
  audience_refused: 'tenant',
  access_refused: 'tenant',
  bearer_refused: 'tenant',
  not_found: 'tenant',
  nothing_found: 'identity',
  request_refused: 'tenant',
  throttled: 'throttled',
  service_unavailable: 'unanswered',
  timed_out: 'unanswered',
  network: 'unanswered',
  tls: 'identity',
  redirect_refused: 'identity',
  metadata_refused: 'identity',
  answer_unreadable: 'unanswered',
  aborted: 'identity',
};

/** Where Entra's number says other than our code. What refuses a grant is the tenant's, but for what is listed here. */
const namesOfConcern: Readonly<Record<'tenant' | 'identity', readonly AadstsName[]>> = {
  tenant: ['differentAccountNeeded', 'serviceNotSubscribed', 'applicationMisconfigured', 'confidentialAcrossClouds'],
  identity: [
    'grantRevoked',
    'grantInvalid',
    'grantExpired',
    'grantOfOtherClient',
    'refreshTokenInactive',
    'spaRefreshTokenExpired',
    'malformedRequest',
    'sessionInvalid',
    'sessionRevoked',
    'invalidPassword',
    'passwordExpired',
    'ownDirectoryPasswordExpired',
    'passwordChangeForRisk',
    'userDisabled',
    'userDeleted',
    'userLocked',
    'userBlockedByRisk',
    'delegatedAdministratorBlocked',
    'grantNotAllowed',
    'invalidApplicationIdentifier',
    'onBehalfOfNotAllowed',
    'invalidScope',
    'clientCredentialsScope',
    'severalResources',
    'invalidScopeForAccessToken',
    'resourceNotListed',
    'unsupportedGrant',
    'missingParameter',
    'missingField',
    'federatedNoMatch',
    'federatedIssuerUnreachable',
  ],
};

const concernOfNumber: ReadonlyMap<number, Concern> = new Map(
  (Object.keys(namesOfConcern) as (keyof typeof namesOfConcern)[]).flatMap((concern) =>
    namesOfConcern[concern].map((name) => [aadsts[name].code, concern] as const),
  ),
);

export function concernOf(error: AuthError): Concern {
  if (isLoop(error)) return 'tenant';
  if (isUnheard(error)) return 'identity';
  const { aadsts: numbers } = error;
  const said = numbers.map((number) => concernOfNumber.get(number)).find((concern) => concern !== undefined);
  if (said) return said;
  return error.error === 'invalid_grant' && numbers.length > 0 ? 'tenant' : concernOfCode[error.code];
}
