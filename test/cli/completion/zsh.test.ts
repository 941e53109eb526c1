import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { after, describe, test } from 'node:test';
import { missingProgram } from '../../support/debian-program.ts';
import { candidates, completionCases, completionFolder } from './cases.ts';

const skip = missingProgram(['zsh', '--version'], 'zsh');
const { folder, script } = await completionFolder('zsh', { after });

/**
 * An interactive zsh on a terminal of its own (zpty), with the tab key pressed behind each line; `compadd`, by which
 * everything is offered, tells what it adds.
 */
const program = `
  zmodload zsh/zpty
  script=$1; shift
  zpty z zsh -f -i
  until-seen() { local piece all=; while zpty -r z piece; do all+=$piece; [[ $all == *$1* ]] && break; done; print -rn -- $all }
  zpty -w z "PROMPT=; stty -echo cols 4000; autoload -Uz compinit; compinit -u -D; source $script"
  zpty -w z 'compadd() {
    if [[ \${@[1,(i)(-|--)]} == *-(O|A|D)\\ * ]]; then builtin compadd "$@"; return; fi
    local -a added; builtin compadd -A added "$@"
    local each; for each in $added; do print -r -- "<offers:\${(Q)each}>"; done
    builtin compadd "$@"
  }
  told() { print -r -- "<end>" }
  tab() { comppostfuncs=(told); _main_complete }
  zle -C tab list-choices tab; bindkey "^I" tab; print "<re""ady>"'
  until-seen '<ready>' > /dev/null
  for line; do
    zpty -w -n z "$line"$'\\t'
    print -r -- "line"
    until-seen '<end>' | grep -ao '<offers:[^>]*>' | sed 's/^<offers://; s/>$//'
    zpty -w -n z $'\\C-u'
  done
  zpty -d z`;

function offered(lines: readonly string[]): readonly (readonly string[])[] {
  const run = spawnSync('zsh', ['-f', '-c', program, 'zsh', script, ...lines], {
    cwd: folder,
    encoding: 'utf8',
    timeout: 60_000,
  });
  assert.equal(run.stderr, '');
  return run.stdout.split('line\n').slice(1).map(candidates);
}

describe('zsh offers', { skip }, () => {
  const all = skip === false ? offered(completionCases.map(({ words }) => ['partner-auth', ...words].join(' '))) : [];
  for (const [index, { words, offered: expected }] of completionCases.entries()) {
    test(words.join(' '), () => assert.deepEqual([...new Set(all[index])], expected.toSorted()));
  }
});
