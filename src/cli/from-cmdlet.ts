import { AuthError } from '../client/errors.ts';
import { type CmdletLine, type CmdletValue, readCmdletLine } from './cmdlet-line.ts';
import { type CmdletSecret, credentialWithId, parameterOf, parametersNamed } from './cmdlet-map.ts';
import { longName, type OptionTable, type OptionValues } from './options.ts';
import { commandLines, entryLines } from './output/paragraph.ts';
import { terminalSafe } from './output/terminal-safe.ts';
import { shellQuoted } from './output/token-forms.ts';
import { tokenOptions } from './token-options.ts';
import { problemOf, readTokenRequest, resolutionOf } from './token-request.ts';

/** `New-PartnerAccessToken …` said in the words of `partner-auth token`. No secret of the line is repeated. */
export interface FromCmdlet {
  /** To paste into a shell. */
  readonly command: string;
  /** What to do before, and what could not be said. */
  readonly notes: readonly string[];
}

const cmdlet = 'New-PartnerAccessToken';

/** Throws `invalid_parameters` for what the cmdlet does not take either. */
export function fromCmdlet(text: string): FromCmdlet {
  const line = readCmdletLine(text, cmdlet);
  if (!line)
    throw refused(`There is no ${cmdlet} in the line.`, `Quote the whole line: --from-powershell '${cmdlet} …'.`);
  const bound = boundParameters(line);
  const said = [...bound].map(([name, values]) => sayParameter(name, values, bound));
  const set = setProblem(said);
  const output = outputOf(line.rest);
  const notes = [...said.flatMap(({ notes }) => notes), ...(set ? [set] : []), ...output.notes];
  const words = ['partner-auth', 'token', ...said.flatMap((each) => each.words), ...output.words];
  return { command: words.join(' '), notes };
}

export const fromCmdletText = ({ command, notes }: FromCmdlet): string =>
  [
    ...commandLines(command).map(terminalSafe),
    ...notes.flatMap((note) => ['', ...entryLines('note', terminalSafe(note), 6)]),
  ]
    .map((line) => `${line}\n`)
    .join('');

const refused = (message: string, hint?: string): AuthError =>
  new AuthError('invalid_parameters', message, hint === undefined ? {} : { hint });

type Bound = ReadonlyMap<string, readonly CmdletValue[]>;

/** Each parameter by its full name with its values. Values that belong to none are not named: they may be secrets. */
function boundParameters({ tokens }: CmdletLine): Bound {
  const bound = new Map<string, readonly CmdletValue[]>();
  for (let index = 0; index < tokens.length; index++) {
    const token = tokens[index];
    if (token?.kind === 'splat') {
      throw refused('The line takes parameters from a variable (splatting).', 'Write them out: -Name value.');
    }
    if (token?.kind !== 'parameter') {
      throw refused(`${cmdlet} takes no value without a parameter’s name before it.`, 'Quote values that hold blanks.');
    }
    const name = fullName(token.name);
    if (bound.has(name)) throw refused(`-${name} is given twice.`);
    const next = tokens[index + 1];
    const takesValue = parameterOf(name)?.kind === 'switch' ? token.colon : true;
    if (!takesValue) bound.set(name, []);
    else if (next?.kind === 'values') {
      bound.set(name, next.values);
      index += 1;
    } else throw refused(`-${name} has no value.`);
  }
  return bound;
}

function fullName(given: string): string {
  const [name, ...others] = parametersNamed(given);
  if (name === undefined) {
    throw refused(
      `${cmdlet} has no parameter -${given}.`,
      'Check its spelling; Get-Help New-PartnerAccessToken lists them.',
    );
  }
  if (others.length > 0) {
    throw refused(
      `-${given} can mean ${[name, ...others].map((each) => `-${each}`).join(' or ')}.`,
      'Write more of the name.',
    );
  }
  return name;
}

interface Said {
  readonly words: readonly string[];
  readonly notes: readonly string[];
  /** For the check of the parameter set. */
  readonly values: OptionValues;
}

const nothing: Said = { words: [], notes: [], values: {} };

function sayParameter(name: string, values: readonly CmdletValue[], bound: Bound): Said {
  const parameter = parameterOf(name);
  switch (parameter?.kind) {
    case 'switch':
      return saySwitch(name, parameter.option, values);
    case 'text':
    case 'list': {
      if (parameter.kind === 'text' && values.length > 1) throw refused(`-${name} takes one value.`);
      const words = values.map((value) => sayValue(name, parameter.option, value));
      const option = longName(parameter.option);
      return {
        words: words.flatMap(({ word }) => [option, word]),
        notes: words.flatMap(({ notes }) => notes),
        values: {
          [parameter.option]: parameter.kind === 'list' ? words.map(({ word }) => word) : (words[0]?.word ?? ''),
        },
      };
    }
    case 'secret':
      return saySecret(name, withId(parameter.secret, bound), values);
    default:
      return { ...nothing, notes: [`-${name} has no equal here and is left out.`] };
  }
}

function saySwitch(name: string, option: string, [value]: readonly CmdletValue[]): Said {
  const given = value?.kind === 'variable' ? value.name.toLowerCase() : undefined;
  if (given === 'false') return nothing;
  const notes =
    value === undefined || given === 'true'
      ? []
      : [`-${name} depends on a value of your script; leave ${longName(option)} out where it is false.`];
  return { words: [longName(option)], notes, values: { [option]: true } };
}

/** A credential names the application where -ApplicationId does not. */
const withId = (secret: CmdletSecret, bound: Bound): CmdletSecret =>
  secret.option === 'clientSecretFile' && !bound.has('ApplicationId') ? credentialWithId : secret;

function saySecret(name: string, { option, file, content }: CmdletSecret, [value]: readonly CmdletValue[]): Said {
  const inLine = value?.kind === 'text' && value.text !== '';
  const source = value?.kind === 'variable' ? `, in the script $${value.name}` : '';
  return {
    words: [longName(option), file],
    notes: [
      `${file} is to hold ${content}${source}. Keep it readable by you alone (chmod 600), or give - in its place and pipe it in.`,
      ...(inLine ? [`The line itself held the value of -${name}: the shell’s history may have kept it.`] : []),
    ],
    values: { [option]: file },
  };
}

const optionTable: OptionTable = tokenOptions;

/** A literal is quoted where the shell needs it; a variable keeps its name, which both shells write alike. */
function sayValue(name: string, option: string, value: CmdletValue): { word: string; notes: readonly string[] } {
  if (value.kind === 'text') return { word: shellWord(value.text), notes: [] };
  const ofEnvironment = value.kind === 'variable' ? /^env:(\w+)$/i.exec(value.name)?.[1] : undefined;
  if (ofEnvironment !== undefined) return { word: `"$${ofEnvironment}"`, notes: [] };
  if (value.kind === 'variable' && /^\w+$/.test(value.name)) {
    return {
      word: `"$${value.name}"`,
      notes: [`"$${value.name}" is a variable of your script: set it in the shell, or write its value.`],
    };
  }
  const placeholder = optionTable[option]?.value ?? 'VALUE';
  return { word: placeholder, notes: [`${placeholder} stands for what the script computes for -${name}.`] };
}

const shellWord = (text: string): string => (/^[\w@%+=:,./-]+$/.test(text) ? text : shellQuoted(text));

function setProblem(said: readonly Said[]): string | undefined {
  const values: OptionValues = Object.assign({}, ...said.map((each) => each.values));
  const resolution = resolutionOf(readTokenRequest(values, {}));
  return 'set' in resolution ? undefined : problemOf(resolution).message;
}

/** What the script does with the result. */
const outputs: readonly { readonly asks: RegExp; readonly words: readonly string[] }[] = [
  { asks: /\bAccessToken\b/i, words: ['--output', 'token'] },
  { asks: /\bRefreshToken\b/i, words: ['--query', 'refreshToken', '--output', 'tsv'] },
];

function outputOf(rest: string): Pick<Said, 'words' | 'notes'> {
  const found = outputs.find(({ asks }) => asks.test(rest.split(/[\r\n;]/, 1)[0] ?? ''));
  if (found) return { words: found.words, notes: [] };
  const more = rest.replace(/^[\s)]+/, '') !== '';
  return { words: [], notes: more ? ['What follows the cmdlet in the line is left out.'] : [] };
}
