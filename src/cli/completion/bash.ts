import type { Grammar, OptionGrammar, PositionalGrammar, Taken, VerbGrammar } from '../grammar.ts';

/**
 * Completion for bash, from 3.2 on (macOS): everything is in the script, and no key press starts a process. Values are
 * completed in any letter case, as they are read.
 */
export function bashCompletion({ verbs, options }: Grammar): string {
  const all = [before(options), ...verbs];
  const parts: Readonly<Record<string, string>> = {
    '%OPTIONS%': verbCases(all, optionNames),
    '%VALUES%': verbCases(all, optionValues),
    '%ARGUMENTS%': verbCases(all, argumentValues),
    '%VERBS%': verbs.map(({ name }) => name).join(' '),
  };
  return script.replace(/%[A-Z]+%/g, (name) => parts[name] ?? name);
}

/** What may stand before the verb, under an empty name. */
const before = (options: readonly OptionGrammar[]): VerbGrammar => ({
  name: "''",
  summary: '',
  command: undefined,
  options,
  positionals: [],
});

const verbCases = (verbs: readonly VerbGrammar[], linesOf: (verb: VerbGrammar) => readonly string[]): string =>
  verbs
    .map((verb) => ({ name: verb.name, lines: linesOf(verb) }))
    .filter(({ lines }) => lines.length > 0)
    .map(({ name, lines }) => `    ${name})\n${lines.map((line) => `      ${line}\n`).join('')}      ;;`)
    .join('\n');

const optionNames = ({ options }: VerbGrammar): readonly string[] =>
  options.length === 0 ? [] : [`names='${options.flatMap(({ names }) => names).join(' ')}'`];

function optionValues({ options }: VerbGrammar): readonly string[] {
  const cases = options
    .filter(({ takes }) => takes.kind !== 'nothing')
    .map(({ names, takes }) => `  ${names.join('|')}) ${assignment(takes)} ;;`);
  return cases.length === 0 ? [] : ['case $2 in', ...cases, 'esac'];
}

function argumentValues({ positionals }: VerbGrammar): readonly string[] {
  const pattern = ({ repeatable }: PositionalGrammar, place: number) => (repeatable ? '*' : String(place));
  const cases = positionals.map((each, place) => `  ${pattern(each, place)}) ${assignment(each.takes)} ;;`);
  return cases.length === 0 ? [] : ['case $2 in', ...cases, 'esac'];
}

const assignment = (takes: Taken): string =>
  takes.kind === 'values' ? `takes=values values='${takes.values.join(' ')}'` : `takes=${takes.kind}`;

const script = `# bash completion for partner-auth. In ~/.bashrc: source <(partner-auth completion bash)

_partner_auth_options() { # verb
  case $1 in
%OPTIONS%
  esac
}

_partner_auth_value() { # verb, option: what the option takes; nothing for a switch
  case $1 in
%VALUES%
  esac
}

_partner_auth_argument() { # verb, place
  case $1 in
%ARGUMENTS%
  esac
}

_partner_auth_offer() { # words: those that begin as the word at the cursor, in any letter case
  local word restore
  restore=$(shopt -p nocasematch)
  shopt -s nocasematch
  for word; do
    [[ $word == "$current"* ]] && COMPREPLY+=("$prefix$word")
  done
  eval "$restore"
}

_partner_auth_paths() { # file or folder
  local path
  if compopt -o "$([[ $1 == folder ]] && echo dirnames || echo default)" 2>/dev/null; then return; fi
  while IFS= read -r path; do COMPREPLY+=("$prefix$path"); done < <(compgen "$([[ $1 == folder ]] && echo -d || echo -f)" -- "$current")
}

_partner_auth() {
  local current=\${COMP_WORDS[COMP_CWORD]} prefix= verb= option= place=0 ended= names= takes= values= word i
  local IFS=$' \\t\\n'
  COMPREPLY=()
  for ((i = 1; i < COMP_CWORD; i++)); do
    word=\${COMP_WORDS[i]}
    # bash parts --name=value at the equals sign.
    [[ $word == = || $ended ]] && continue
    if [[ $option ]]; then
      option=
      continue
    fi
    case $word in
      --) ended=1 ;;
      --*=*) ;;
      -?*)
        takes=
        _partner_auth_value "$verb" "$word"
        [[ $takes ]] && option=$word
        ;;
      *) if [[ $verb ]]; then place=$((place + 1)); else verb=$word; fi ;;
    esac
  done
  [[ $current == = ]] && current=
  if [[ ! $option && $current == --*=* ]]; then
    option=\${current%%=*}
    prefix=$option=
    current=\${current#*=}
  fi
  takes=
  if [[ $ended ]]; then
    takes=file
  elif [[ $option ]]; then
    _partner_auth_value "$verb" "$option"
  elif [[ $current == -* ]]; then
    _partner_auth_options "$verb"
    _partner_auth_offer $names
  elif [[ ! $verb ]]; then
    _partner_auth_offer %VERBS%
  else
    _partner_auth_argument "$verb" "$place"
  fi
  case $takes in
    values) _partner_auth_offer $values ;;
    file | folder) _partner_auth_paths "$takes" ;;
  esac
}

complete -F _partner_auth partner-auth
`;
