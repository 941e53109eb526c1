import type { ResolvedEnvironment } from '../../client/environment.ts';
import { caTextOf } from '../../client/environment.ts';
import type { CommandContext } from '../command.ts';
import { resolvedEnvironmentOf, type TokenRequest } from '../token-request.ts';

export interface ExaminedEnvironment {
  readonly resolved: ResolvedEnvironment;
  /** The sandbox's certificate authority, PEM; with it the way goes past every proxy. */
  readonly ca: string | undefined;
}

export function environmentOf({ io }: CommandContext, request: TokenRequest): ExaminedEnvironment {
  const resolved = resolvedEnvironmentOf(request, io.variables);
  return { resolved, ca: caTextOf(resolved) };
}
