import { shortenTokens } from '../../client/auth-result.ts';
import { AuthError } from '../../client/errors.ts';
import type { CommandResult } from '../command.ts';
import type { Io } from '../io.ts';
import { type GeneralFormat, isTokenFormat, type OutputFormat } from './formats.ts';
import { jsonText } from './json.ts';
import { type PrintableToken, tokenForms } from './token-forms.ts';

/** How a result will be printed, settled before anything is sent. */
export type Printer = (result: Extract<CommandResult, { value: object }>) => Promise<string>;

export async function printer(
  io: Io,
  format: OutputFormat,
  query: string | undefined,
  printsToken: boolean,
): Promise<Printer> {
  if (isTokenFormat(format)) {
    if (!printsToken)
      throw new AuthError('invalid_parameters', `This result holds no token; --output ${format} does not fit.`);
    if (query !== undefined) throw new AuthError('invalid_parameters', `--query does not go with --output ${format}.`);
    return async ({ value }) => tokenForms[format](value as PrintableToken, io.variables);
  }
  const search = query === undefined ? undefined : (await import('./query.ts')).jmespathQuery(query);
  return async ({ value, table }) => {
    if (format === 'table' && !search && table !== undefined) return table;
    // A table is for the eyes, and tokens in it are shortened, unless a query asks for one.
    const shown = format === 'table' && !search ? shortenTokens(plain(value)) : plain(value);
    const selected = search ? search(shown) : shown;
    return selected === null || selected === undefined ? '' : writers[format](selected, io);
  };
}

/** What JSON.stringify makes of it, as an object: instants are text, results are themselves. */
const plain = (value: object): Record<string, unknown> => JSON.parse(JSON.stringify(value));

const writers: Readonly<Record<GeneralFormat, (value: unknown, io: Io) => string | Promise<string>>> = {
  json: jsonText,
  jsonc: async (value, io) => inColour(jsonText(value), io),
  table: async (value) => (await import('./columns.ts')).tableText(value),
  tsv: async (value) => (await import('./columns.ts')).tsvText(value),
  yaml: async (value) => (await import('./yaml.ts')).yamlText(value),
  yamlc: async (value, io) => inColour((await import('./yaml.ts')).yamlText(value), io),
  none: () => '',
};

async function inColour(text: string, io: Io): Promise<string> {
  const { coloured, wantsColour } = await import('./colour.ts');
  return coloured(text, wantsColour(io.variables, io.stdout));
}
