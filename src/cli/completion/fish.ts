import type { Grammar, OptionGrammar, Taken, VerbGrammar } from '../grammar.ts';

/** Completion for fish, from 3.0 on: a `complete` line for each option. */
export const fishCompletion = ({ verbs, options }: Grammar): string => {
  const valued = options.filter(({ takes }) => takes.kind !== 'nothing').flatMap(({ names }) => names);
  return `# fish completion for partner-auth:
# partner-auth completion fish > ~/.config/fish/completions/partner-auth.fish

function __partner_auth_verb --description 'the verb of the command line, if there is one'
    set -l words (commandline -opc)
    set -e words[1]
    set -l skip 0
    for word in $words
        if test $skip = 1
            set skip 0
            continue
        end
        switch $word
            case ${valued.join(' ')}
                set skip 1
            case '-*'
            case '*'
                echo $word
                return 0
        end
    end
    return 1
end

function __partner_auth_uses --argument-names wanted
    set -l verb (__partner_auth_verb)
    and test "$verb" = "$wanted"
end

complete -c partner-auth -f
${options.flatMap((option) => optionLines("'not __partner_auth_verb'", option)).join('\n')}
${verbs.map(verbLines).join('\n')}
`;
};

function verbLines({ name, summary, options, positionals }: VerbGrammar): string {
  const uses = quoted(`__partner_auth_uses ${name}`);
  return [
    `complete -c partner-auth -n 'not __partner_auth_verb' -a ${name} -d ${quoted(summary)}`,
    ...options.flatMap((option) => optionLines(uses, option)),
    ...positionals.flatMap(({ takes }) =>
      takes.kind === 'text' ? [] : [`complete -c partner-auth -n ${uses} ${argumentOf(takes)}`],
    ),
  ].join('\n');
}

const optionLines = (condition: string, { names, description, takes }: OptionGrammar): readonly string[] =>
  names.map((name) => {
    const spelling = name.startsWith('--') ? `-l ${name.slice(2)}` : `-s ${name.slice(1)}`;
    const value = takes.kind === 'nothing' ? '' : ` ${valueFlags(takes)}`;
    return `complete -c partner-auth -n ${condition} ${spelling}${value} -d ${quoted(description)}`;
  });

/** `-x`: a value is needed and is no file; `-r -F`: it is one. */
const valueFlags = (takes: Taken): string =>
  takes.kind === 'values' || takes.kind === 'folder'
    ? `-x ${argumentOf(takes)}`
    : takes.kind === 'file'
      ? '-r -F'
      : '-x';

function argumentOf(takes: Taken): string {
  if (takes.kind === 'values') return `-a ${quoted(takes.values.join(' '))}`;
  return takes.kind === 'folder' ? "-a '(__fish_complete_directories)'" : '-F';
}

/** In fish's single quotes a backslash escapes itself and the quote. */
const quoted = (text: string): string => `'${text.replace(/[\\']/g, '\\$&')}'`;
