import type { Command } from './command.ts';
import { exitCodeMeanings, exitCodes } from './exit-codes.ts';
import type { Grammar, OptionGrammar, VerbGrammar } from './grammar.ts';
import { described } from './help.ts';
import { type OptionTable, refusedSecrets } from './options.ts';
import { commandLines } from './output/paragraph.ts';
import { variables } from './variables.ts';

/** The manual page, partner-auth(1), in the man macros that groff and mandoc read. Made from the tables when we build. */
export function manPage({ verbs, options }: Grammar, version: string): string {
  const loaded = verbs.flatMap(({ command, ...verb }) => (command ? [{ ...verb, command }] : []));
  return [
    `.TH PARTNER\\-AUTH 1 "" ${quoted(`partner-auth ${version}`)} "User Commands"`,
    '.nh',
    '.ad l',
    '.SH NAME',
    'partner\\-auth \\- tokens for Microsoft Partner Center',
    '.SH SYNOPSIS',
    '.B partner\\-auth',
    '.I verb',
    '.RI [ options ]',
    ...section('EXAMPLES', examples(loaded.flatMap(firstExample))),
    ...section(
      'VERBS',
      loaded.flatMap(({ name, summary }) => entry(bold(name), summary)),
    ),
    ...section('OPTIONS OF EVERY VERB', options.flatMap(optionEntry)),
    ...loaded.flatMap((verb) => verbSection(verb, loaded)),
    ...section('SECRETS', secretsText()),
    ...section(
      'ENVIRONMENT',
      variables.flatMap(({ names, does }) => entry(names.map(bold).join(', '), does)),
    ),
    ...section('EXIT STATUS', exitStatus()),
    ...section(
      'FILES',
      files.flatMap(([path, does]) => entry(italic(path), does)),
    ),
    ...section('SEE ALSO', [text('partner-auth help VERB, partner-auth explain CODE.')]),
    '',
  ].join('\n');
}

const firstExample = ({ name, command }: LoadedVerb): Command['examples'] =>
  command.examples.slice(0, 1).map(({ line, does }) => ({ line, does: `${name}: ${does}` }));

type LoadedVerb = Omit<VerbGrammar, 'command'> & { readonly command: Command };

const section = (title: string, lines: readonly string[]): readonly string[] => [`.SH ${quoted(title)}`, ...lines];

/** The page of a verb. Options that it takes over from another one whole are not told again. */
function verbSection(
  { name, command, positionals, options }: LoadedVerb,
  all: readonly LoadedVerb[],
): readonly string[] {
  const source = all.find((other) => other.name !== name && takesOver(command.options, other.command.options));
  const told = (option: OptionGrammar) =>
    Object.hasOwn(command.options, keyOf(option)) && !(source && Object.hasOwn(source.command.options, keyOf(option)));
  const synopsis = ['partner-auth', name, ...positionals.map((each) => each.name), '[options]'].join(' ');
  return [
    ...section(`partner-auth ${name}`.toUpperCase(), [bold(synopsis), '.PP', text(command.description)]),
    '.PP',
    ...examples(command.examples),
    ...positionals.flatMap((each) => entry(italic(each.name), describedValue(each))),
    ...options.filter(told).flatMap(optionEntry),
    ...(source ? ['.PP', text(`And every option of ${source.name}.`)] : []),
  ];
}

const keyOf = ({ names: [name] }: OptionGrammar): string =>
  name.slice(2).replace(/-([a-z])/g, (_, letter: string) => letter.toUpperCase());

/** Every entry of the other table is in this one, the very same. */
const takesOver = (options: OptionTable, others: OptionTable): boolean =>
  Object.keys(others).length > 5 && Object.entries(others).every(([key, spec]) => options[key] === spec);

const optionEntry = (option: OptionGrammar): readonly string[] => {
  const placeholder = option.placeholder === undefined ? '' : ` ${italic(option.placeholder)}`;
  return entry(option.names.map((name) => `${bold(name)}${placeholder}`).join(', '), describedValue(option));
};

const describedValue = ({ description, takes }: Pick<OptionGrammar, 'description' | 'takes'>): string =>
  described(takes.kind === 'values' ? { description, values: takes.values } : { description });

const entry = (term: string, description: string): readonly string[] => ['.TP', term, text(description)];

const examples = (all: Command['examples']): readonly string[] =>
  all.flatMap(({ line, does }, index) => [
    ...(index === 0 ? [] : ['.PP']),
    text(`${does}:`),
    '.PP',
    '.nf',
    '.RS 4',
    ...commandLines(line, 72).map(text),
    '.RE',
    '.fi',
  ]);

const secretsText = (): readonly string[] => [
  text('No option takes a secret itself: what is on the command line can be read by every user of the machine.'),
  ...Object.entries(refusedSecrets).flatMap(([option, ways]) =>
    entry(bold(option), `refused; use ${ways.join(', or ')}`),
  ),
];

const exitStatus = (): readonly string[] =>
  Object.entries(exitCodeMeanings).flatMap(([name, meaning]) =>
    entry(bold(String(exitCodes[name as keyof typeof exitCodes])), meaning),
  );

const files: readonly (readonly [path: string, does: string])[] = [
  ['~/.local/state/partner-auth/tokens.db', 'tokens that are kept, encrypted; on Windows under %LOCALAPPDATA%'],
  ['~/.local/state/partner-auth/sandbox/', 'the sandbox: its keys, its record, ca.pem and environment.json'],
  ['~/.config/partner-auth/certificates/', 'where --certificate-thumbprint looks for certificates'],
];

/** Characters that roff would replace or does not know. */
const named: Readonly<Record<string, string>> = {
  "'": '\\(aq',
  '`': '\\(ga',
  '~': '\\(ti',
  '^': '\\(ha',
  '’': '\\(cq',
  '‘': '\\(oq',
  '“': '\\(lq',
  '”': '\\(rq',
  '→': '\\(->',
  '–': '\\(en',
};

/** Text as roff takes it: no line of it is a request, a hyphen is one to copy, and everything is ASCII. */
function text(plain: string): string {
  const escaped = plain
    .replaceAll('\\', '\\e')
    .replaceAll('-', '\\-')
    .replace(/['`~^]|[^\x20-\x7e]/gu, (character) => named[character] ?? `\\[u${hexadecimal(character)}]`);
  return escaped.startsWith('.') ? `\\&${escaped}` : escaped;
}

const hexadecimal = (character: string): string =>
  (character.codePointAt(0) ?? 0).toString(16).toUpperCase().padStart(4, '0');

const bold = (plain: string): string => `\\fB${text(plain)}\\fR`;
const italic = (plain: string): string => `\\fI${text(plain)}\\fR`;
const quoted = (plain: string): string => `"${text(plain).replaceAll('"', '\\(dq')}"`;
