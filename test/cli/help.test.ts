import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { commands } from '../../src/cli/commands.ts';
import { exitCodeMeanings, exitCodes } from '../../src/cli/exit-codes.ts';
import { readGrammar } from '../../src/cli/grammar.ts';
import { variables } from '../../src/cli/variables.ts';
import { partnerAuth } from './command.ts';

const { verbs } = await readGrammar();
const words = (text: string): readonly string[] => text.split(/\s+/);

describe('the first page', async () => {
  const { stdout } = await partnerAuth([]);
  const lines = stdout.split('\n');

  test('begins with examples and fits 80 columns', () => {
    assert.equal(lines[0], 'Examples:');
    assert.deepEqual(
      lines.filter((line) => line.length > 80),
      [],
    );
  });

  test('lists every verb once', () => {
    for (const name of [...Object.keys(commands), 'help']) {
      assert.equal(lines.filter((line) => line.startsWith(`  ${name} `) && line[14] !== ' ').length, 1, name);
    }
  });

  test('has its sections in order', () => {
    const sections = lines.filter((line) => /^[A-Z].*:$/.test(line));
    assert.equal(sections[0], 'Examples:');
    assert.deepEqual(sections.slice(-4), [
      'Options:',
      'Options of every verb:',
      'Exit codes:',
      'Environment variables; an option wins over them:',
    ]);
  });

  test('tells every exit code', () => {
    for (const [name, code] of Object.entries(exitCodes)) {
      const meaning = exitCodeMeanings[name as keyof typeof exitCodes];
      assert.ok(lines.includes(`  ${String(code).padEnd(5)}${meaning}`), name);
    }
  });

  test('names a variable for everything a variable can say', () => {
    const named = new Set(words(stdout).map((word) => word.replace(/,$/, '')));
    for (const { names } of variables) assert.ok(named.has(names[0] ?? ''), names[0]);
  });
});

describe('the page of each verb', () => {
  for (const { name, command, options } of verbs.filter((verb) => verb.command)) {
    test(name, async () => {
      const { stdout } = await partnerAuth([name, '--help']);
      const lines = stdout.split('\n');
      assert.equal(lines[0], 'Examples:');
      for (const { does } of command?.examples ?? []) assert.ok(lines.includes(`  # ${does}`), does);
      const told = words(stdout).map((word) => word.replace(/^\(|[,):]+$/g, ''));
      for (const { names, takes } of options) {
        for (const each of names) assert.ok(told.includes(each), each);
        for (const value of takes.kind === 'values' ? takes.values : []) assert.ok(told.includes(value), value);
      }
      // Only what cannot be broken may be longer.
      const broken = lines.filter((line) => line.length > 80 && !line.startsWith('  partner-auth'));
      assert.deepEqual(broken, []);
      assert.equal((await partnerAuth(['help', name])).stdout, stdout);
    });
  }
});

describe('what is misspelled: exit 2, and what was meant', () => {
  for (const [argv, says] of [
    [['tokn'], '(Did you mean token?)'],
    [['Explain', '50011'], '(Did you mean explain?)'],
    [['help', 'tokn'], '(Did you mean token?)'],
    [['--vrbose', 'token'], '(Did you mean --verbose?)'],
    [['--verbose', 'tokn'], '(Did you mean token?)'],
    [['token', '--tenent', 'x'], '(Did you mean --tenant?)'],
    [['token', '--tenent=x'], '(Did you mean --tenant?)'],
    [['explain', '--from-powershel', 'x'], '(Did you mean --from-powershell?)'],
  ] as const) {
    test(argv.join(' '), async () => {
      const { exitCode, stdout, stderr } = await partnerAuth(argv);
      assert.deepEqual([exitCode, stdout, stderr.split('\n')[1]], [2, '', says]);
    });
  }
});
