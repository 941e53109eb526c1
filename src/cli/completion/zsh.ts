import type { Grammar, OptionGrammar, PositionalGrammar, Taken, VerbGrammar } from '../grammar.ts';

/** Completion for zsh: specifications for its own `_arguments`, which shows the descriptions. */
export const zshCompletion = ({ verbs, options }: Grammar): string => `#compdef partner-auth
# zsh completion for partner-auth: save as _partner-auth in a folder of $fpath, or in ~/.zshrc after compinit:
# source <(partner-auth completion zsh)

_partner_auth_offer() { # values, in any letter case
  compadd -M 'm:{[:lower:][:upper:]}={[:upper:][:lower:]}' "$@"
}

_partner_auth_verbs() {
  local -a verbs=(
${verbs.map(({ name, summary }) => `    ${quoted(`${name}:${summary}`)}`).join('\n')}
  )
  _describe -t verbs verb verbs
}

_partner_auth() {
  local curcontext=$curcontext state line
  typeset -A opt_args
  _arguments -C \\
${lines([...options.flatMap(optionSpecs), "'1: :_partner_auth_verbs'", "'*:: :->rest'"])} && return
  [[ $state == rest ]] || return
  case $words[1] in
${verbs.map(verbCase).join('\n')}
  esac
}

if [[ $funcstack[1] == _partner_auth || $funcstack[1] == _partner-auth ]]; then
  _partner_auth "$@"
else
  compdef _partner_auth partner-auth
fi
`;

const lines = (specs: readonly string[]): string => specs.map((spec) => `    ${spec}`).join(' \\\n');

const verbCase = ({ name, options, positionals }: VerbGrammar): string => {
  const specs = [...options.flatMap(optionSpecs), ...positionals.map(positionalSpec)];
  return `    ${name})\n      _arguments \\\n${lines(specs)
    .split('\n')
    .map((line) => `    ${line}`)
    .join('\n')}\n      ;;`;
};

/** One specification for each spelling; a spelling excludes the others unless the option may be repeated. */
function optionSpecs({ names, description, takes, repeatable }: OptionGrammar): readonly string[] {
  const exclusion = repeatable ? '*' : `(${names.join(' ')})`;
  const text = `[${description.replace(/[[\]\\]/g, '\\$&')}]`;
  return names.map((name) => {
    if (takes.kind === 'nothing') return quoted(`${exclusion}${name}${text}`);
    const separator = name.startsWith('--') ? '=' : '';
    return quoted(`${exclusion}${name}${separator}${text}:${names[0].slice(2)}:${action(takes)}`);
  });
}

const positionalSpec = ({ name, description, takes, repeatable }: PositionalGrammar, place: number): string =>
  quoted(
    `${repeatable ? '*' : place + 1}:${name.startsWith('<') || repeatable ? '' : ':'}${description.replace(/[:\\]/g, '\\$&')}:${action(takes)}`,
  );

const action = (takes: Taken): string => {
  switch (takes.kind) {
    case 'values':
      return `_partner_auth_offer ${takes.values.join(' ')}`;
    case 'file':
      return '_files';
    case 'folder':
      return '_files -/';
    default:
      return ' ';
  }
};

const quoted = (text: string): string => `'${text.replaceAll("'", "'\\''")}'`;
