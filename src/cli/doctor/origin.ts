import type { CommandContext } from '../command.ts';
import { longName } from '../options.ts';
import { tokenVariables } from '../token-options.ts';
import { variableOf } from '../token-request.ts';

export type OriginKey = keyof typeof tokenVariables | 'module' | 'certificateThumbprint' | 'servicePrincipal';

/** Where a value comes from: the option or the variable, by name and never with what it says. */
export function originOf({ io, values }: Pick<CommandContext, 'io' | 'values'>, key: OriginKey): string | undefined {
  if (values[key] !== undefined) return longName(key);
  return Object.hasOwn(tokenVariables, key)
    ? variableOf(io.variables, key as keyof typeof tokenVariables)?.name
    : undefined;
}
