import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { powershellCompletion } from '../../../src/cli/completion/powershell.ts';
import { readGrammar } from '../../../src/cli/grammar.ts';

const grammar = await readGrammar();
const script = powershellCompletion(grammar);

/** What is left of the script without its texts: in single quotes, where two stand for one. */
const withoutTexts = script.replace(/'(?:[^'\n]|'')*'/g, '');

describe('the PowerShell script, by its structure', () => {
  test('is ASCII, which every code page has', () => assert.equal(/[^\n\x20-\x7e]/.exec(script), null));

  test('closes what it opens', () => {
    for (const [open, close] of ['()', '{}', '[]'].map((pair) => [...pair])) {
      assert.equal(withoutTexts.split(open ?? '').length, withoutTexts.split(close ?? '').length, open);
    }
    assert.equal(withoutTexts.includes("'"), false);
  });

  test('has every verb with every spelling of its options, and their values', () => {
    for (const { name, options } of grammar.verbs) {
      const begins = script.indexOf(`        '${name}' = @{\n`);
      const block = script.slice(begins, script.indexOf('\n        }', begins));
      if (options.length > 0) assert.ok(begins > 0, name);
      for (const { names, takes } of options) {
        const values = takes.kind === 'values' ? takes.values.map((value) => `'${value}'`).join(', ') : '';
        const told = takes.kind === 'nothing' ? '$null' : `@(${values})`;
        for (const each of names) {
          const line = block.split('\n').find((text) => text.trimStart().startsWith(`'${each}' = @{ Tip = '`));
          assert.ok(line?.endsWith(`; Takes = ${told} }`), `${name} ${each}: ${line}`);
        }
      }
    }
  });
});
