import type { CommandContext } from '../command.ts';
import { longName } from '../options.ts';
import type { TokenOption, VariableName } from '../token-options.ts';
import { tokenVariables, variableOf } from '../token-options.ts';
import type { TokenRequest } from '../token-request.ts';

/** Where a value comes from: the option, the variable or the profile, by name and never with what it says. */
export function originOf(
  { io, values }: Pick<CommandContext, 'io' | 'values'>,
  { profile }: Pick<TokenRequest, 'profile'>,
  keys: readonly (TokenOption | VariableName)[],
): string | undefined {
  const option = keys.find((key) => values[key] !== undefined);
  if (option !== undefined) return longName(option);
  const variable = keys
    .filter((key): key is VariableName => Object.hasOwn(tokenVariables, key))
    .map((key) => variableOf(io.variables, key)?.name)
    .find((name) => name !== undefined);
  return variable ?? (profile === undefined ? undefined : `the profile ${profile}`);
}
