import { AuthError } from '../../client/errors.ts';
import type { CommandContext } from '../command.ts';
import { readTokenRequest, type TokenRequest, tokenRequestOf } from '../token-request.ts';

/** What options, variables and the profile say. */
export interface ExaminedRequest {
  /** For Partner Center where nothing says what for. */
  readonly request: TokenRequest;
  /** Whether something says what the token is for. */
  readonly namesResource: boolean;
  /** Why the profile is not among what was read. */
  readonly problem: AuthError | undefined;
}

/** Throws `invalid_parameters`: that is wrong usage, and nothing to be looked at. */
export function requestOf({ io, values }: CommandContext): ExaminedRequest {
  const { variables } = io;
  try {
    return forSomething((resource) => readTokenRequest(values, variables, resource));
  } catch (problem) {
    if (!(problem instanceof AuthError) || problem.code === 'invalid_parameters') throw problem;
    const read = (defaultResource?: string) =>
      tokenRequestOf({ values, variables, profile: undefined, defaultResource });
    return { ...forSomething(read), problem };
  }
}

function forSomething(read: (defaultResource?: string) => TokenRequest): ExaminedRequest {
  const request = read();
  const namesResource = (request.scopes ?? request.resource ?? request.values.module) !== undefined;
  return { request: namesResource ? request : read('partner-center'), namesResource, problem: undefined };
}
