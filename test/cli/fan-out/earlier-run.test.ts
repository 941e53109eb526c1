import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { start } from '../../client/wire.ts';
import { asked, given, lines } from './given.ts';

describe('--resume', () => {
  const line = (tenant: string, ok: boolean, more: object = { expires_on: start.getTime() / 1000 + 60 }) =>
    `${JSON.stringify({ tenant, ok, ...more })}\n`;
  const cases: readonly [string, earlier: string, expected: readonly string[]][] = [
    ['an empty file', '', ['a.example', 'b.example', 'c.example']],
    ['those with a token are skipped', line('a.example', true) + line('b.example', false), ['b.example', 'c.example']],
    ['in another letter case', line('A.Example', true), ['b.example', 'c.example']],
    [
      'a token that has ended',
      line('a.example', true, { expires_on: start.getTime() / 1000 }),
      ['a.example', 'b.example', 'c.example'],
    ],
    ['a line without the token’s end', line('a.example', true, {}), ['b.example', 'c.example']],
    ['the last of two lines counts', line('a.example', false) + line('a.example', true), ['b.example', 'c.example']],
    [
      'a torn last line',
      `${line('a.example', true)}${line('b.example', true).slice(0, 30)}`,
      ['b.example', 'c.example'],
    ],
    ['a whole last line without its end', line('a.example', true).trimEnd(), ['b.example', 'c.example']],
    ['all of them', line('a.example', true) + line('b.example', true) + line('c.example', true), []],
  ];
  for (const [name, earlier, expected] of cases) {
    test(name, async (context) => {
      const { over, file } = given(context);
      const args = ['--resume', file('out.jsonl', earlier)];
      const { exitCode, sent, stderr, stdout } = await over('a.example\nb.example\nc.example', args);
      assert.deepEqual([exitCode, asked(sent)], [0, expected]);
      const skipped = 3 - expected.length;
      assert.equal(
        stderr,
        `fan-out: ${expected.length} ok, 0 failed${skipped > 0 ? `, ${skipped} skipped` : ''}, in 0.0 s\n`,
      );
      assert.equal(stdout.startsWith('\n'), false);
    });
  }

  test('the output goes on in the same file: a torn line is ended first, a whole one is not', async (context) => {
    const { over, file } = given(context);
    for (const [earlier, begins] of [
      [line('a.example', true).slice(0, 30), true],
      [line('a.example', true), false],
      ['', false],
    ] as const) {
      const path = file('out.jsonl', earlier);
      const stdout = { isFile: (other: string) => other === path };
      const ended = await over('a.example\nb.example', ['--resume', path], { stdout });
      assert.equal(ended.stdout.startsWith('\n'), begins);
      assert.deepEqual(new Set(lines(ended.stdout).map(({ tenant }) => tenant)).has('b.example'), true);
    }
  });

  test('a file of another kind is said to be one', async (context) => {
    const { over, file } = given(context);
    const { stderr, sent } = await over('a.example', ['--resume', file('out', 'a.example\tok\n')]);
    assert.equal(stderr.startsWith('warning: No line of --resume is a result of fan-out: nothing is skipped.\n'), true);
    assert.equal(sent.length, 1);
  });
});
