import { clientErrors } from './aadsts-clients.ts';
import type { AadstsEntry } from './aadsts-entry.ts';
import { grantErrors } from './aadsts-grants.ts';
import { requestErrors } from './aadsts-requests.ts';
import { signInErrors } from './aadsts-sign-in.ts';

/**
 * Entra's error codes: what the authority answers with and what `explain` says about them, from one table. It is declared
 * by theme: the request (tenant, parameters, resource, scope), the client (application, its credentials), the sign-in
 * (users, MFA, consent), and what carries one (codes, refresh tokens, assertions). The numbers are
 * Entra's; the reference's section 5.3 says where each was seen.
 */
export const aadsts = { ...requestErrors, ...clientErrors, ...signInErrors, ...grantErrors } as const;

export type AadstsName = keyof typeof aadsts;
export type { AadstsEntry } from './aadsts-entry.ts';

const byCode: ReadonlyMap<number, AadstsEntry> = new Map(Object.values(aadsts).map((entry) => [entry.code, entry]));

export const aadstsByCode = (code: number): AadstsEntry | undefined => byCode.get(code);
