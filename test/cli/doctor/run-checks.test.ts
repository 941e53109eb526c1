import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { Secret } from '../../../src/base/secret.ts';
import { type Check, type Finding, failed, needed, ok, Skipped, warning } from '../../../src/cli/doctor/check.ts';
import { audience } from '../../../src/cli/doctor/checks/audience.ts';
import { kind } from '../../../src/cli/doctor/checks/kind.ts';
import { token } from '../../../src/cli/doctor/checks/token.ts';
import { runChecks } from '../../../src/cli/doctor/run-checks.ts';
import { AuthError } from '../../../src/index.ts';
import { applicationId, fakeWire, tenantId, tokenAnswer } from '../../client/wire.ts';
import { examination } from './fixture.ts';

const check = (name: string, answer: () => Finding | Promise<Finding>): Check => ({ name, run: async () => answer() });
const throwing = (name: string, error: unknown): Check => check(name, () => Promise.reject(error));

describe('running checks', () => {
  test('each whatever becomes of the others, told in their order', async () => {
    const slow = Promise.withResolvers<Finding>();
    const first = check('first', () => slow.promise);
    const last = check('last', () => {
      slow.resolve(ok('A.'));
      return warning('B.', 'Do b.');
    });
    let ended = 0;
    const middle = throwing('middle', new AuthError('network', 'C.'));
    const { results, exitCode } = await runChecks(examination(), [first, middle, last], () => {
      ended += 1;
    });
    assert.deepEqual(results, [
      { name: 'first', state: 'ok', found: 'A.', nextStep: null },
      { name: 'middle', state: 'failed', found: 'C.', nextStep: null },
      { name: 'last', state: 'warning', found: 'B.', nextStep: 'Do b.' },
    ]);
    assert.deepEqual([exitCode, ended], [6, 3]);
  });

  const codes: readonly (readonly [name: string, checks: readonly Check[], exitCode: number])[] = [
    ['none', [], 0],
    [
      'well, a warning, skipped',
      [check('a', () => ok('')), check('b', () => warning('', '')), throwing('c', new Skipped('x'))],
      0,
    ],
    [
      'the first that failed',
      [check('a', () => ok('')), check('b', () => failed(7, '', '')), check('c', () => failed(5, '', ''))],
      7,
    ],
    ['a sign-in that is needed', [throwing('a', new AuthError('sign_in_needed', ''))], 4],
    ['nobody knows why', [throwing('a', new Error('x'))], 1],
  ];
  for (const [name, checks, expected] of codes) {
    test(`exit code: ${name}`, async () => {
      assert.equal((await runChecks(examination(), checks)).exitCode, expected);
    });
  }

  test('what several look at is found out once', async () => {
    const wire = fakeWire(() => tokenAnswer());
    const reached = {
      name: 'a',
      proxy: undefined,
      route: 'direct',
      way: { end: 'reached', certificate: undefined },
    } as const;
    const examined = examination({
      hosts: [reached],
      values: { applicationId, tenant: tenantId },
      variables: { PARTNER_AUTH_CLIENT_SECRET: 'CANARY-secret' },
      fetch: wire.fetch,
    });
    const { results } = await runChecks(examined, [token, audience, kind]);
    assert.deepEqual(
      results.map(({ state }) => state),
      ['ok', 'ok', 'ok'],
    );
    assert.equal(wire.sent.length, 1);
  });

  test('what one is about, the others need', async () => {
    const hosts = () => Promise.reject(new AuthError('network', 'No way.'));
    const owner: Check = { name: 'a', run: async ({ hosts }) => ok(String(await hosts())) };
    const dependent: Check = { name: 'b', run: async ({ hosts }) => ok(String(await needed(hosts(), 'a way'))) };
    const { results } = await runChecks({ ...examination(), hosts }, [owner, dependent]);
    assert.deepEqual(
      results.map(({ state, found }) => [state, found]),
      [
        ['failed', 'No way.'],
        ['skipped', 'needs a way'],
      ],
    );
  });

  test('row 17: no line repeats a secret, however it is written', async () => {
    const secret = 'CANARY/secret+1';
    const examined = examination();
    examined.context.secrets.push(new Secret(secret));
    const forms = [secret, encodeURIComponent(secret), btoa(secret)];
    const { results } = await runChecks(examined, [
      check('a', () => warning(forms.join(' '), forms.join(' '))),
      throwing('b', new Error(secret)),
    ]);
    const redacted = '[redacted] [redacted] [redacted]';
    assert.deepEqual(results, [
      { name: 'a', state: 'warning', found: redacted, nextStep: redacted },
      { name: 'b', state: 'failed', found: 'unexpected: [redacted]', nextStep: null },
    ]);
  });
});
