import assert from 'node:assert/strict';
import { describe, type TestContext, test } from 'node:test';
import { AuthError } from '../../../src/client/errors.ts';
import { type Loopback, openLoopback } from '../../../src/client/loopback/index.ts';
import { repository } from '../../support/built-command.ts';
import { runChild } from '../../support/child.ts';
import { ask, code, freePorts, isError, reach, right, state, succeeds, waiting } from './fixture.ts';

describe('row 20: one path, one answer', () => {
  const elsewhere = ['/x', `/x?${right}`, `//?${right}`, `/callback?${right}`, '/done', '/favicon.ico', '*'];
  test(`row 20: another path is 404: ${elsewhere.join(' ')}`, async () => {
    const pending = await waiting();
    for (const target of [...elsewhere, `http://localhost:${pending.port}/?${right}`]) {
      const { status, shown } = await ask(pending.port, target);
      assert.deepEqual([target, status, shown], [target, 404, 'notFound']);
    }
    await succeeds(pending);
  });

  test('row 20: after success the connection is refused, on both addresses', async () => {
    const pending = await waiting();
    await succeeds(pending);
    for (const host of ['127.0.0.1', '::1']) assert.equal(await reach(host, pending.port), 'ECONNREFUSED');
  });

  test('row 20: a second answer before the page is shown is 404 and changes nothing', async () => {
    const { port, answer } = await waiting();
    await ask(port, `/?${right}`);
    for (const query of [`code=other&state=${state}`, `error=access_denied&state=${state}`]) {
      assert.equal((await ask(port, `/?${query}`)).status, 404);
    }
    assert.equal((await ask(port, '/done?x')).status, 404);
    await ask(port, '/done');
    assert.equal((await answer).code.reveal(), code);
  });

  test('row 20: whoever does not follow to the page is waited for two seconds', async (t) => {
    t.mock.timers.enable({ apis: ['setTimeout'] });
    const { port, answer } = await waiting();
    await ask(port, `/?${right}`);
    t.mock.timers.tick(1_999);
    assert.equal(await reach('127.0.0.1', port), 'connected');
    t.mock.timers.tick(1);
    assert.equal((await answer).code.reveal(), code);
    assert.equal(await reach('127.0.0.1', port), 'ECONNREFUSED');
  });

  test('an answer before anyone waits is refused', async () => {
    await using loopback = await openLoopback({ port: await freePorts(1) });
    assert.equal((await ask(loopback.port, `/?${right}`)).status, 400);
    await succeeds({ loopback, port: loopback.port, answer: loopback.wait({ state, requireIssuer: false }) });
  });

  test('a loopback is for one sign-in', async () => {
    const { loopback, answer } = await waiting();
    await assert.rejects(loopback.wait({ state, requireIssuer: false }), TypeError);
    await loopback.close();
    await assert.rejects(answer, isError('aborted'));
  });
});

describe('row 20: it does not last', () => {
  const ends = async (
    t: TestContext,
    timeoutSeconds: number | undefined,
    seconds: number,
    before?: (port: number) => Promise<unknown>,
  ) => {
    t.mock.timers.enable({ apis: ['setTimeout'] });
    const { port, answer } = await waiting({ timeoutSeconds });
    await before?.(port);
    t.mock.timers.tick(seconds * 1_000 - 1);
    assert.equal(await reach('127.0.0.1', port), 'connected');
    t.mock.timers.tick(1);
    const error = await answer.then(
      () => undefined,
      (cause: unknown) => cause,
    );
    assert.equal(await reach('127.0.0.1', port), 'ECONNREFUSED');
    assert.ok(error instanceof AuthError);
    assert.deepEqual(
      [error.code, error.message, error.retryable],
      ['timed_out', `No answer to the sign-in came from the browser within ${seconds} seconds.`, true],
    );
    return error.reason;
  };

  test('row 20: after five minutes the port is closed', async (t) => {
    assert.equal(await ends(t, undefined, 300), undefined);
  });
  test('row 20: a longer wait is five minutes too', async (t) => {
    assert.equal(await ends(t, 900, 300), undefined);
  });
  test('a shorter wait is what was asked for, and says why the last answer was refused', async (t) => {
    const reason = await ends(t, 60, 60, (port) => ask(port, `/?code=x&state=${state}&iss=https://evil.test`));
    assert.equal(reason, 'The last answer that came was refused: another issuer (iss) sent it.');
  });
  test('an answer that came in time counts when the limit comes before its page', async (t) => {
    t.mock.timers.enable({ apis: ['setTimeout'] });
    const { port, answer } = await waiting({ timeoutSeconds: 1 });
    await ask(port, `/?${right}`);
    t.mock.timers.tick(1_000);
    assert.equal((await answer).code.reveal(), code);
  });

  const endings: readonly (readonly [name: string, end: (loopback: Loopback, caller: AbortController) => unknown])[] = [
    ['its signal', (_, caller) => caller.abort()],
    ['close()', (loopback) => loopback.close()],
    ['leaving its block', (loopback) => loopback[Symbol.asyncDispose]()],
  ];
  for (const [name, end] of endings) {
    test(`${name} ends the wait and closes the port`, async () => {
      const caller = new AbortController();
      const loopback = await openLoopback({ port: await freePorts(1), signal: caller.signal });
      const answer = loopback.wait({ state, requireIssuer: false });
      end(loopback, caller);
      await assert.rejects(answer, isError('aborted'));
      assert.equal(await reach('127.0.0.1', loopback.port), 'ECONNREFUSED');
    });
  }

  test('a signal that has ended opens nothing', async () => {
    const port = await freePorts(1);
    await assert.rejects(openLoopback({ port, signal: AbortSignal.abort() }), isError('aborted'));
    assert.equal(await reach('127.0.0.1', port), 'ECONNREFUSED');
  });

  test('nothing of it keeps a process alive, and nobody who forgets to look at the answer is ended by it', async () => {
    const program = `
      import { connect } from 'node:net';
            import { openLoopback } from './src/client/loopback/index.ts';
      const loopback = await openLoopback();
      connect(loopback.port, '127.0.0.1').unref().on('error', () => {});
      loopback.wait({ state: 'x', requireIssuer: false, timeoutSeconds: 0.2 });
      process.on('exit', () => console.log('over'));`;
    const run = await runChild(process.execPath, ['--input-type=module', '-e', program], { cwd: repository });
    assert.deepEqual(run, { exitCode: 0, stdout: 'over\n', stderr: '' });
  });
});
