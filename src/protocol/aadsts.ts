import { clientErrors } from './aadsts-clients.ts';
import type { AadstsEntry } from './aadsts-entry.ts';
import { requestErrors } from './aadsts-requests.ts';
import { signInErrors } from './aadsts-sign-in.ts';

/**
 * Entra's error codes: what the authority answers with and what `explain` says about them, from one table. It is declared
 * by theme: the request (tenant, parameters, resource, scope), the client (application, its credentials), and the
 * sign-in (users, consent, and the grants that carry one). Numbers and words are the reference's section 5.3.
 */
export const aadsts = { ...requestErrors, ...clientErrors, ...signInErrors } as const;

export type AadstsName = keyof typeof aadsts;
export type { AadstsEntry } from './aadsts-entry.ts';

const byCode: ReadonlyMap<number, AadstsEntry> = new Map(Object.values(aadsts).map((entry) => [entry.code, entry]));

export const aadstsByCode = (code: number): AadstsEntry | undefined => byCode.get(code);
