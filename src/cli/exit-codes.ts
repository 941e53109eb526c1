import type { AuthErrorCode } from '../client/errors.ts';

/** What a script may branch on (contract 2.2). */
export const exitCodes = {
  done: 0,
  unexpected: 1,
  usage: 2,
  nothingFound: 3,
  signInNeeded: 4,
  refused: 5,
  network: 6,
  configuration: 7,
  warning: 8,
  interrupted: 130,
} as const;

export type ExitCode = (typeof exitCodes)[keyof typeof exitCodes];

export const exitCodeMeanings: Readonly<Record<keyof typeof exitCodes, string>> = {
  done: 'done',
  unexpected: 'unexpected failure',
  usage: 'wrong usage',
  nothingFound: 'nothing stored or found',
  signInNeeded: 'sign-in needed',
  refused: 'refused: consent, role, MFA, policy or credentials',
  network: 'network, throttled or timed out',
  configuration: 'configuration',
  warning: 'warning level reached, or partial failure',
  interrupted: 'interrupted',
};

export const exitCodeOfError: Readonly<Record<AuthErrorCode, ExitCode>> = {
  invalid_parameters: exitCodes.usage,
  not_supported: exitCodes.usage,
  resource_not_offered: exitCodes.usage,
  token_unreadable: exitCodes.usage,
  audience_mismatch: exitCodes.usage,
  certificate_not_found: exitCodes.nothingFound,
  token_expired: exitCodes.signInNeeded,
  sign_in_needed: exitCodes.signInNeeded,
  credentials_refused: exitCodes.refused,
  application_refused: exitCodes.refused,
  consent_needed: exitCodes.refused,
  mfa_needed: exitCodes.refused,
  audience_refused: exitCodes.refused,
  access_refused: exitCodes.refused,
  bearer_refused: exitCodes.refused,
  not_found: exitCodes.refused,
  nothing_found: exitCodes.nothingFound,
  request_refused: exitCodes.refused,
  throttled: exitCodes.network,
  service_unavailable: exitCodes.network,
  timed_out: exitCodes.network,
  network: exitCodes.network,
  tls: exitCodes.network,
  redirect_refused: exitCodes.network,
  answer_unreadable: exitCodes.network,
  metadata_refused: exitCodes.network,
  sandbox_not_found: exitCodes.configuration,
  configuration: exitCodes.configuration,
  certificate_unusable: exitCodes.configuration,
  store_refused: exitCodes.configuration,
  store_damaged: exitCodes.configuration,
  store_unavailable: exitCodes.configuration,
  store_key: exitCodes.configuration,
  aborted: exitCodes.interrupted,
};
