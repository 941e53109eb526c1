import assert from 'node:assert/strict';
import { describe, type TestContext, test } from 'node:test';
import { settableClock } from '../../../src/base/clock.ts';
import { type Reply, start, tokenAnswer } from '../../client/wire.ts';
import { partnerAuth, type RunOptions } from '../command.ts';
import { given, named, someRefuse } from './given.ts';

describe('progress on stderr', () => {
  const onTerminal = { terminal: true, stdout: { isTerminal: false } } as const;
  const seen = (stderr: string) => stderr.split('\r\u001b[2K').filter((text) => text !== '');
  /** So many seconds for each tenant, one at a time. */
  const paced = async (context: TestContext, seconds: number) => {
    const clock = settableClock(start);
    const reply: Reply = (sent, index) => {
      clock.advance(seconds);
      return someRefuse(sent, index);
    };
    const options = { ...onTerminal, clock, variables: { NO_COLOR: '1' }, reply };
    return given(context).over(named(100).join('\n'), ['--concurrency', '1'], options);
  };

  test('a bar on a terminal: how many, failures, the rate and the time left', async (context) => {
    const { stderr } = await paced(context, 0.25);
    const drawn = seen(stderr);
    assert.equal(drawn[0], '[                        ] 1/100  4.0/s  0:25 left');
    assert.equal(drawn[49], '[============            ] 50/100  5 failed  4.0/s  0:13 left');
    assert.equal(drawn[99], '[========================] 100/100  10 failed  4.0/s  0:00 left');
    assert.equal(drawn[100], 'fan-out: 90 ok, 10 failed (consent_needed 10), in 25.0 s\n');
    assert.equal(drawn.length, 101);
  });

  test('drawn ten times a second at most', async (context) => {
    const { stderr } = await paced(context, 0.02);
    assert.ok(seen(stderr).length <= 22, String(seen(stderr).length));
  });

  test('in colour, unless that is not wanted', async (context) => {
    const { stderr } = await given(context).over(named(3).join('\n'), [], onTerminal);
    assert.equal(stderr.includes('\u001b[32m'), true);
  });

  for (const columns of [20, 40, 41, 50, 80]) {
    test(`no line longer than a terminal of ${columns}`, async (context) => {
      const { stderr } = await given(context).over(named(300).join('\n'), [], {
        ...onTerminal,
        variables: { NO_COLOR: '1' },
        stderr: { columns: () => columns },
      });
      const drawn = seen(stderr).filter((text) => !text.endsWith('\n'));
      assert.ok(drawn.length > 0 && drawn.every((text) => text.length < columns), JSON.stringify(drawn));
    });
  }

  test('while the list is still coming, without a total', async (context) => {
    const { who } = given(context);
    const options = { ...onTerminal, stdin: named(5).join('\n'), variables: { NO_COLOR: '1' } };
    const { stderr } = await partnerAuth([...who, '--tenants-file', '-'], options);
    assert.equal(seen(stderr)[0], '1 done  1000/s');
  });

  const silent: readonly [string, readonly string[], RunOptions][] = [
    ['no terminal', [], {}],
    ['a terminal that cannot move its cursor', [], { ...onTerminal, variables: { TERM: 'dumb' } }],
    ['continuous integration', [], { ...onTerminal, variables: { CI: 'true' } }],
  ];
  for (const [name, args, options] of silent) {
    test(`${name}: the last line alone`, async (context) => {
      const { stderr } = await given(context).over(named(30).join('\n'), args, options);
      assert.equal(stderr, 'fan-out: 30 ok, 0 failed, in 0.0 s\n');
    });
  }

  test('--quiet: nothing', async (context) => {
    const { stderr } = await given(context).over(named(30).join('\n'), ['--quiet'], onTerminal);
    assert.equal(stderr, '');
  });

  test('--verbose: a line every five seconds beside the requests, and no bar', async (context) => {
    const clock = settableClock(start);
    const reply: Reply = () => {
      clock.advance(1);
      return tokenAnswer();
    };
    const args = ['--verbose', '--concurrency', '1'];
    const { stderr } = await given(context).over(named(12).join('\n'), args, { ...onTerminal, clock, reply });
    const told = stderr.split('\n').filter((text) => /^\d+\/12/.test(text));
    assert.deepEqual(told, ['1/12, 1.0/s, 0:11 left', '6/12, 1.0/s, 0:06 left', '11/12, 1.0/s, 0:01 left']);
  });

  test('a warning has a line of its own', async (context) => {
    const reply: Reply = (_, index) =>
      index === 3 ? new Response('', { status: 429, headers: { 'retry-after': '0' } }) : tokenAnswer();
    const { stderr } = await given(context).over(named(30).join('\n'), ['--concurrency', '1'], {
      ...onTerminal,
      reply,
    });
    const warning = 'warning: Requests are throttled: all tenants wait 1 seconds.\n';
    assert.equal(stderr.includes(`\r\u001b[2K${warning}`), true, JSON.stringify(stderr));
  });

  test('results on the same terminal stand alone', async (context) => {
    const options = { terminal: true, variables: { NO_COLOR: '1' } };
    const { stdout, stderr } = await given(context).over(named(3).join('\n'), [], options);
    assert.equal(stdout.split('\n').length, 4);
    assert.equal(stderr.includes('\r\u001b[2K'), true);
  });
});
