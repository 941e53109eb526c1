import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { describe, test } from 'node:test';
import { exitCodeMeanings } from '../../src/cli/exit-codes.ts';
import { readGrammar } from '../../src/cli/grammar.ts';
import { manPage } from '../../src/cli/man-page.ts';
import { variables } from '../../src/cli/variables.ts';
import { missingProgram } from '../support/debian-program.ts';

const grammar = await readGrammar();
const page = manPage(grammar, '1.2.3');
const lines = page.split('\n');
/** As it is printed, without the marks of the roff language. */
const printed = page
  .replace(/\\f[BIR]/g, '')
  .replaceAll('\\-', '-')
  .replaceAll('\\(cq', '’')
  .replaceAll('\\(aq', "'");

describe('the manual page', () => {
  test('has its sections in order, examples first', () => {
    const sections = lines.filter((line) => line.startsWith('.SH ')).map((line) => line.slice(4));
    const verbs = grammar.verbs.filter(({ command }) => command).map(({ name }) => name);
    assert.deepEqual(sections, [
      'NAME',
      'SYNOPSIS',
      '"EXAMPLES"',
      '"VERBS"',
      '"OPTIONS OF EVERY VERB"',
      ...verbs.map((name) => `"PARTNER\\-AUTH ${name.toUpperCase().replaceAll('-', '\\-')}"`),
      '"SECRETS"',
      '"ENVIRONMENT"',
      '"EXIT STATUS"',
      '"FILES"',
      '"SEE ALSO"',
    ]);
  });

  test('tells every option of every verb, every variable, every exit code', () => {
    const told = printed.split(/[\s,]+/);
    for (const { options } of grammar.verbs) {
      for (const { names } of options) for (const name of names) assert.ok(told.includes(name), name);
    }
    for (const { names } of variables) for (const name of names) assert.ok(told.includes(name), name);
    for (const meaning of Object.values(exitCodeMeanings)) assert.ok(printed.includes(`\n${meaning}\n`), meaning);
  });

  test('tells the options of token once: exchange takes them over', () => {
    assert.equal(printed.split('\n').filter((line) => line.startsWith('--certificate-thumbprint ')).length, 1);
    assert.ok(printed.includes('\nAnd every option of token.\n'));
  });

  test('is ASCII, and no text of it is a request of roff', () => {
    assert.equal(/[^\n\x20-\x7e]/.exec(page), null);
    const requests = new Set(lines.filter((line) => /^[.']/.test(line)).map((line) => line.split(' ')[0]));
    const known = ['.B', '.I', '.PP', '.RE', '.RI', '.RS', '.SH', '.TH', '.TP', '.ad', '.fi', '.nf', '.nh'];
    assert.deepEqual(
      [...requests].toSorted(),
      known.filter((each) => requests.has(each)),
    );
  });

  test('tells any text as it is', () => {
    const told = (description: string) => {
      const options = [{ names: ['--x'] as const, description, takes: { kind: 'text' as const }, repeatable: false }];
      const all = manPage({ verbs: [], options }, '1').split('\n');
      return all[all.indexOf('\\fB\\-\\-x\\fR') + 1];
    };
    assert.equal(told('.so /etc/passwd'), '\\&.so /etc/passwd');
    assert.equal(told("'a' \\ ~^` – …"), '\\(aqa\\(aq \\e \\(ti\\(ha\\(ga \\(en \\[u2026]');
  });

  for (const [program, debianPackage, ...args] of [
    ['groff', 'groff', '-man', '-ww', '-Tutf8', '-z'],
    ['mandoc', 'mandoc', '-man', '-W', 'error', '-T', 'utf8'],
    ['man', 'man-db', '--warnings', '-E', 'UTF-8', '-l', '-'],
  ] as const) {
    const skip = missingProgram([program, program === 'mandoc' ? '-l' : '--version'], debianPackage);
    test(`${program} reads it without a warning`, { skip }, () => {
      const run = spawnSync(program, args, { input: page, encoding: 'utf8', env: { ...process.env, MANWIDTH: '80' } });
      assert.deepEqual([run.status, run.stderr], [0, '']);
      if (program === 'man') {
        assert.ok(run.stdout.includes("--from-powershell 'New-PartnerAccessToken -Module ExchangeOnline'"), run.stdout);
      }
    });
  }
});
