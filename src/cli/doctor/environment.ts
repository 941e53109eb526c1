import type { ResolvedEnvironment } from '../../client/environment.ts';
import { caTextOf } from '../../client/environment.ts';
import { resolvedEnvironmentOf } from '../token-request.ts';
import type { Examination } from './examination.ts';

export interface ExaminedEnvironment {
  readonly resolved: ResolvedEnvironment;
  /** The sandbox's certificate authority, PEM; with it the way goes past every proxy. */
  readonly ca: string | undefined;
}

export function environmentOf({ context, request }: Examination): ExaminedEnvironment {
  const resolved = resolvedEnvironmentOf(request, context.io.variables);
  return { resolved, ca: caTextOf(resolved) };
}
