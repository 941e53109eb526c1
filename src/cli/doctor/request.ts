import type { CommandContext } from '../command.ts';
import { readTokenRequest, type TokenRequest } from '../token-request.ts';

/** What options and variables say, Partner Center where they do not say what for. */
export function requestOf({ io, values }: CommandContext): {
  readonly request: TokenRequest;
  readonly namesResource: boolean;
} {
  const request = readTokenRequest(values, io.variables);
  const namesResource = (request.scopes ?? request.resource ?? values.module) !== undefined;
  return {
    request: namesResource ? request : readTokenRequest(values, io.variables, 'partner-center'),
    namesResource,
  };
}
