import type { Purpose } from '../../domain/index.ts';
import { respondAt, respondError } from '../authorize/respond.ts';
import type { Ending } from '../interaction/ending.ts';

/** What Entra says, whoever pressed Cancel. */
const canceled = [
  ['error', 'permission_denied'],
  ['error_description', 'The admin canceled the request'],
] as const;

export const adminConsentEnding: Ending<Extract<Purpose, { kind: 'adminConsent' }>> = {
  complete: async (_, { purpose, tenant }) =>
    respondAt(purpose.target, [
      ['admin_consent', 'True'],
      ['tenant', tenant.id],
      ['scope', purpose.version === 'v2' ? purpose.asked.scope : undefined],
    ]),
  refuse: async (_, { purpose, call }, error) =>
    error.code === 'consentRefused' ? respondAt(purpose.target, canceled) : respondError(purpose.target, error, call),
};
