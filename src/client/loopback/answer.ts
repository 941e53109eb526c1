import { equalInConstantTime } from '../../base/bytes.ts';
import { isGuid } from '../../base/guid.ts';
import { Secret } from '../../base/secret.ts';
import { type AuthorizeResponse, decodeAuthorizeResponse } from '../../protocol/authorize-response.ts';
import { tenantPlaceholder } from '../../protocol/tenants.ts';
import { WireError } from '../../protocol/wire-error.ts';
import { AuthError } from '../errors.ts';
import { authorizeRefusal } from '../refusals.ts';
import { maximumQuery } from './listener.ts';
import type { Refusal } from './navigation.ts';

/** By what the answer to one sign-in is known. */
export interface ExpectedAnswer {
  /** As it was sent: unguessable, and of this sign-in alone. */
  readonly state: string;
  /**
   * The issuer of the metadata the sign-in was started by. Where that is the template of an alias, any tenant's id may stand
   * for `{tenantid}`. Undefined: an answer that names an issuer is refused.
   */
  readonly issuer?: string | undefined;
  /** Whether the metadata announced `authorization_response_iss_parameter_supported`: without `iss` it is refused then. */
  readonly requireIssuer: boolean;
}

export interface AuthorizeAnswer {
  readonly code: Secret;
}

/** How a sign-in ended: by a code, or by the authority's refusal. */
export type Outcome = AuthorizeAnswer | AuthError;

export const isSuccess = (outcome: Outcome): outcome is AuthorizeAnswer => !(outcome instanceof AuthError);

const refused = (reason: string): Refusal => ({ status: 400, reason });

/**
 * Reads an answer: the state first, in constant time, for errors as for codes; what does not belong to this sign-in says
 * nothing about it. Then `iss` (RFC 9207 section 2.4: an answer by another issuer must be rejected), also of a right state,
 * because an attacker's authority was shown the state when it was asked.
 */
export function readAnswer(query: string, expected: ExpectedAnswer): Outcome | { readonly refusal: Refusal } {
  if (query.length > maximumQuery) return { refusal: { status: 414, reason: 'it was too long' } };
  const answer = decoded(query);
  if (!answer) return { refusal: refused('it could not be read') };
  const reason = doubtAbout(answer, expected);
  if (reason !== undefined) return { refusal: refused(reason) };
  const code = answer.get('code');
  return code === undefined ? authorizeRefusal(answer) : { code: new Secret(code) };
}

function decoded(query: string): AuthorizeResponse | undefined {
  try {
    return decodeAuthorizeResponse(query);
  } catch (cause) {
    if (cause instanceof WireError) return undefined;
    throw cause;
  }
}

function doubtAbout({ get, repeated }: AuthorizeResponse, expected: ExpectedAnswer): string | undefined {
  const state = get('state');
  if (repeated.size > 0) return 'it said something twice';
  if (state === undefined) return 'it had no state';
  if (!equalInConstantTime(state, expected.state)) return 'its state was another one';
  const iss = get('iss');
  if (iss === undefined && expected.requireIssuer) return 'it did not name its issuer (iss)';
  if (iss !== undefined && !isIssuer(iss, expected.issuer)) return 'another issuer (iss) sent it';
  if ((get('code') === undefined) === (get('error') === undefined)) return 'it had no code and no error, or both';
  return undefined;
}

/** Exactly, without normalizing: RFC 3986 section 6.2.1. An error that knows no tenant names the template itself. */
function isIssuer(iss: string, issuer: string | undefined): boolean {
  if (issuer === undefined) return false;
  const [before = '', after] = issuer.split(tenantPlaceholder);
  if (iss === issuer || after === undefined) return iss === issuer;
  const tenant = iss.slice(before.length, iss.length - after.length);
  return isGuid(tenant) && iss === before + tenant + after;
}
