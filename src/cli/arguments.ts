import { AuthError } from '../client/errors.ts';
import { longName, type OptionTable, type OptionValues, refusedSecrets } from './options.ts';

/** Reading the command line against a table. Aliases become their option, so that nothing behind this knows them. */

interface Named {
  readonly key: string;
  readonly takesValue: boolean;
}

/** Each spelling and its option. */
export function spellings(table: OptionTable): ReadonlyMap<string, Named> {
  const names = new Map<string, Named>();
  for (const [key, { value, aliases = [] }] of Object.entries(table)) {
    for (const name of [longName(key), ...aliases]) names.set(name, { key, takesValue: value !== undefined });
  }
  return names;
}

const nameOf = (argument: string): string => (argument.startsWith('--') ? (argument.split('=', 1)[0] ?? '') : argument);

/**
 * The same command line in one spelling: options by their long name, `--name=value` as two arguments. Refuses secrets
 * and an option given twice. An unknown option loses its `=value`: it may be a secret, and the complaint will name it.
 */
export function normalisedArguments(table: OptionTable, argv: readonly string[]): readonly string[] {
  const names = spellings(table);
  const seen = new Map<string, string>();
  const result: string[] = [];
  for (let index = 0; index < argv.length; index++) {
    const argument = argv[index] ?? '';
    if (argument === '--') return [...result, ...argv.slice(index)];
    if (!argument.startsWith('-') || argument === '-') {
      result.push(argument);
      continue;
    }
    const name = nameOf(argument);
    refuseSecret(name);
    const option = names.get(name);
    if (!option) {
      result.push(name);
      continue;
    }
    const earlier = seen.get(option.key);
    if (earlier !== undefined && table[option.key]?.repeatable !== true && option.takesValue) {
      const both = earlier === name ? `${name} is given twice` : `${earlier} and ${name} are one option, given twice`;
      throw new AuthError('invalid_parameters', `${both}.`);
    }
    seen.set(option.key, name);
    result.push(longName(option.key));
    if (name.length < argument.length) {
      if (!option.takesValue) throw new AuthError('invalid_parameters', `${name} takes no value.`);
      result.push(argument.slice(name.length + 1));
    } else if (option.takesValue && index + 1 < argv.length) {
      index += 1;
      result.push(argv[index] ?? '');
    }
  }
  return result;
}

function refuseSecret(name: string): void {
  const ways = Object.hasOwn(refusedSecrets, name) ? refusedSecrets[name] : undefined;
  if (!ways) return;
  throw new AuthError(
    'invalid_parameters',
    `${name} would show a secret to everyone on this machine; it is not taken.`,
    {
      hint: `Use ${ways.join(', or ')}${ways.some((way) => way.includes('FILE')) ? ', or a prompt on a terminal' : ''}.`,
    },
  );
}

/**
 * The values of a command line that holds known options alone; undefined for everything that needs a person to be told
 * something (an unknown option, a positional, a missing value).
 */
export function plainValues(table: OptionTable, argv: readonly string[]): OptionValues | undefined {
  const names = spellings(table);
  const values: Record<string, string | string[] | true> = {};
  for (let index = 0; index < argv.length; index++) {
    const argument = argv[index] ?? '';
    const name = nameOf(argument);
    const option = names.get(name);
    if (!option || (name.length < argument.length && !option.takesValue)) return undefined;
    const { key } = option;
    if (!option.takesValue) {
      values[key] = true;
      continue;
    }
    const value = name.length < argument.length ? argument.slice(name.length + 1) : argv[++index];
    if (value === undefined || (value.startsWith('-') && value !== '-')) return undefined;
    const earlier = values[key];
    if (table[key]?.repeatable) values[key] = [...(Array.isArray(earlier) ? earlier : []), value];
    else if (earlier !== undefined) return undefined;
    else values[key] = value;
  }
  return values;
}
