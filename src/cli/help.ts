import { type Command, optionsOf, type Positional } from './command.ts';
import { commands } from './commands.ts';
import { exitCodeMeanings, exitCodes } from './exit-codes.ts';
import { commonOptions, longName, type OptionSpec, type OptionTable } from './options.ts';
import { commandLines, entryLines, lineWidth, paragraph } from './output/paragraph.ts';
import { variables } from './variables.ts';

/** The help pages, made from the tables: examples first. */

const firstExamples: Command['examples'] = [
  {
    line: 'partner-auth token --tenant contoso.com --application-id ID --client-secret-file FILE --resource partner-center',
    does: 'a token, as the application',
  },
  { line: 'partner-auth serve sandbox', does: 'try everything without an account' },
];

/** Verbs that belong together; one that no group names comes last. */
const groups: Readonly<Record<string, readonly string[]>> = {
  'Obtain tokens': ['token', 'exchange', 'fan-out', 'exec'],
  'Stay signed in': ['login', 'logout', 'status', 'list', 'use', 'profile', 'renew'],
  Understand: ['explain', 'decode', 'doctor', 'completion', 'help'],
  'Run servers': ['serve', 'registry', 'keys'],
};

const helpVerb = { help: { summary: 'show what a verb does and takes' } };

const indented = (lines: readonly string[]): readonly string[] => lines.map((line) => `  ${line}`);
const section = (title: string, lines: readonly string[]): readonly string[] =>
  lines.length === 0 ? [] : [`${title}:`, ...indented(lines), ''];

export function topHelp(): string {
  return joined([
    ...examplesSection(firstExamples),
    'Usage: partner-auth VERB [options]',
    '',
    ...verbSections(),
    ...section('Options', entries([['--version', 'print the version'], helpRow])),
    ...section('Options of every verb', entries(optionRows(commonOptions))),
    ...section(
      'Exit codes',
      Object.entries(exitCodeMeanings).flatMap(([name, meaning]) =>
        entryLines(String(exitCodes[name as keyof typeof exitCodes]), meaning, 5),
      ),
    ),
    ...section('Environment variables; an option wins over them', [
      ...paragraph(variables.map(({ names }) => names[0]).join(', '), lineWidth - 2),
      ...paragraph(`Read after ours: ${azureNames.join(', ')}`, lineWidth - 2),
    ]),
    'partner-auth help VERB says more of a verb, man partner-auth of all.',
  ]);
}

const azureNames = variables.flatMap(({ names }) => names.filter((name) => name.startsWith('AZURE_')));

function verbSections(): readonly string[] {
  const summaries = new Map(Object.entries({ ...commands, ...helpVerb }).map(([name, { summary }]) => [name, summary]));
  const grouped = new Set(Object.values(groups).flat());
  const all = { ...groups, 'Other verbs': [...summaries.keys()].filter((name) => !grouped.has(name)) };
  return Object.entries(all).flatMap(([group, names]) =>
    section(
      group,
      names.flatMap((name) => {
        const summary = summaries.get(name);
        return summary === undefined ? [] : entryLines(name, summary, verbColumn);
      }),
    ),
  );
}

const verbColumn = 12;

export function verbHelp(name: string, command: Command): string {
  const { description, examples, positionals = [], options } = command;
  const own = Object.keys(options);
  const common = Object.fromEntries(Object.entries(optionsOf(command)).filter(([key]) => !own.includes(key)));
  return joined([
    ...examplesSection(examples),
    ...paragraph(['Usage: partner-auth', name, ...positionals.map((each) => each.name), '[options]'].join(' ')),
    '',
    ...paragraph(description),
    '',
    ...section('Arguments', entries(positionals.map((each) => [each.name, described(each)]))),
    ...section('Options', entries(optionRows(options))),
    ...section('Options of every verb', entries([...optionRows(common), helpRow])),
  ]);
}

const helpRow: Row = ['-h, --help', 'show this help'];

const examplesSection = (examples: Command['examples']): readonly string[] =>
  section(
    'Examples',
    examples.flatMap(({ line, does }) => [`# ${does}`, ...commandLines(line, lineWidth - 2)]),
  );

/** What is said of an option or an argument: its description and the values it takes. */
export const described = ({ description, values }: Pick<OptionSpec & Positional, 'description' | 'values'>): string =>
  values ? `${description}: ${values.join(', ')}` : description;

type Row = readonly [name: string, text: string];

const optionRows = (table: OptionTable): readonly Row[] =>
  Object.entries(table).map(([key, spec]) => {
    const { value, aliases = [] } = spec;
    const also = aliases.length > 0 ? ` (also ${aliases.join(', ')})` : '';
    return [value ? `${longName(key)} ${value}` : longName(key), described(spec) + also];
  });

/** Names in a narrow column; a name too long for it has a line of its own. */
function entries(rows: readonly Row[]): readonly string[] {
  const widest = Math.max(0, ...rows.map(([name]) => name.length));
  const column = Math.min(widest, 24) + 2;
  return rows.flatMap(([name, text]) =>
    name.length < column - 1 ? entryLines(name, text, column) : [name, ...entryLines('', text, column)],
  );
}

const joined = (lines: readonly string[]): string => `${lines.join('\n').trimEnd()}\n`;
