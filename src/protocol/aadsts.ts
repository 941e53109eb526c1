import { assertionErrors } from './aadsts-assertions.ts';
import { clientErrors } from './aadsts-clients.ts';
import { codeErrors } from './aadsts-codes.ts';
import { consentErrors } from './aadsts-consent.ts';
import type { AadstsEntry } from './aadsts-entry.ts';
import { grantErrors } from './aadsts-grants.ts';
import { policyErrors } from './aadsts-policies.ts';
import { requestErrors } from './aadsts-requests.ts';
import { scopeErrors } from './aadsts-scopes.ts';
import { serviceErrors } from './aadsts-service.ts';
import { signInErrors } from './aadsts-sign-in.ts';

/**
 * Entra's error codes: what the authority answers with and what `explain` says about them, from one table, declared by
 * theme. The numbers are Entra's; the reference's section 5.3 says where each was seen. Codes the authority never answers
 * of itself are here to be explained (and to be made by a fault). They are from Microsoft's page of error codes,
 * https://learn.microsoft.com/entra/identity-platform/reference-error-codes, but for 500341 (MSAL's page of exceptions) and
 * 1000502 (microsoft-identity-web).
 */
export const aadsts = {
  ...requestErrors,
  ...serviceErrors,
  ...scopeErrors,
  ...clientErrors,
  ...assertionErrors,
  ...signInErrors,
  ...policyErrors,
  ...consentErrors,
  ...grantErrors,
  ...codeErrors,
} as const;

export type AadstsName = keyof typeof aadsts;
export type { AadstsEntry } from './aadsts-entry.ts';

const byCode: ReadonlyMap<number, AadstsEntry> = new Map(Object.values(aadsts).map((entry) => [entry.code, entry]));

export const aadstsByCode = (code: number): AadstsEntry | undefined => byCode.get(code);
