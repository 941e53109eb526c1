import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { AuthError, type AuthErrorCode } from '../../../src/client/errors.ts';
import type { WaitOptions } from '../../../src/client/loopback/index.ts';
import { ask, code, isError, issuer, reach, right, state, succeeds, waiting } from './fixture.ts';

describe('row 22: forged answers', () => {
  const forged = {
    nothing: '',
    'no state': `code=${code}`,
    'an empty state': `code=${code}&state=`,
    'another state': `code=${code}&state=${'x'.repeat(state.length)}`,
    'the beginning of the state': `code=${code}&state=${state.slice(0, -1)}`,
    'more than the state': `code=${code}&state=${state}x`,
    'the state in other letters': `code=${code}&state=${state.toUpperCase()}`,
    'the state twice': `${right}&state=${state}`,
    'the state, and another': `${right}&state=x`,
    'another state, and the state': `state=x&${right}`,
    'an empty state, and the state': `state=&${right}`,
    'the state by another name': `code=${code}&state[]=${state}`,
    'an error without state': 'error=x',
    'an error with another state': 'error=access_denied&state=x',
    'an error twice': `error=x&error=y&state=${state}`,
    'a code twice': `${right}&code=x`,
    'an issuer twice': `${right}&iss=${issuer}&iss=${issuer}`,
    'a description twice': `error=x&error_description=a&error_description=b&state=${state}`,
    'a code and an error': `${right}&error=x`,
    'neither code nor error': `state=${state}`,
    'an empty code': `code=&state=${state}`,
    'a broken escape': `${right}&x=%`,
    'an escape that is no UTF-8': `${right}&x=%ff`,
    'too many parameters': `${right}&${'x&'.repeat(1_001)}`,
  };

  for (const [name, query] of Object.entries(forged)) {
    test(`row 22: ${name}: 400, and the true answer then succeeds`, async () => {
      const pending = await waiting({ issuer });
      const { status, shown } = await ask(pending.port, `/?${query}`);
      assert.deepEqual([status, shown], [400, 'refused']);
      await succeeds(pending);
    });
  }

  test('row 22: 1,000 forged answers, each 400, and the true one then succeeds', async () => {
    const pending = await waiting();
    const queries = Object.values(forged);
    for (let sent = 0; sent < 1_000; sent += 20) {
      const batch = Array.from({ length: 20 }, (_, index) =>
        ask(pending.port, `/?${queries[(sent + index) % queries.length]}`),
      );
      assert.deepEqual(
        (await Promise.all(batch)).map(({ status }) => status),
        Array(20).fill(400),
      );
    }
    await succeeds(pending);
  });

  test('the state is compared as it was sent: blanks, plus signs and other alphabets', async () => {
    const odd = 'a b+c%20&ü=✓';
    const pending = await waiting({ state: odd });
    await succeeds(pending, new URLSearchParams({ code, state: odd, session_state: 'x', client_info: 'y' }).toString());
  });
});

describe('row 22: a true error ends the sign-in', () => {
  const cases: readonly (readonly [fields: Readonly<Record<string, string>>, code: AuthErrorCode, more: object])[] = [
    [
      { error: 'access_denied', error_subcode: 'cancel' },
      'access_refused',
      { suberror: 'cancel', reason: 'Whoever was to sign in declined or cancelled.' },
    ],
    [{ error: 'consent_required' }, 'consent_needed', {}],
    [{ error: 'interaction_required' }, 'sign_in_needed', {}],
    [{ error: 'login_required' }, 'sign_in_needed', {}],
    [{ error: 'account_selection_required' }, 'sign_in_needed', {}],
    [{ error: 'unauthorized_client' }, 'application_refused', {}],
    [{ error: 'server_error' }, 'service_unavailable', {}],
    [{ error: 'temporarily_unavailable' }, 'service_unavailable', {}],
    [{ error: 'invalid_request' }, 'request_refused', {}],
    [{ error: 'constructor' }, 'request_refused', {}],
  ];
  for (const [fields, expected, more] of cases) {
    test(`row 22: ${fields.error}: ${expected}`, async () => {
      const { port, answer } = await waiting();
      assert.equal((await ask(port, `/?${new URLSearchParams({ ...fields, state })}`)).status, 303);
      assert.equal((await ask(port, '/done')).shown, 'notSignedIn');
      const error = await answer.then(
        () => undefined,
        (cause: unknown) => cause,
      );
      assert.ok(error instanceof AuthError);
      const { code, message, suberror, reason } = error;
      assert.deepEqual(
        { code, message, error: error.error, suberror, reason },
        {
          code: expected,
          message: `The authority refused the request: ${fields.error}.`,
          error: fields.error,
          suberror: undefined,
          reason: undefined,
          ...more,
        },
      );
      assert.equal(await reach('127.0.0.1', port), 'ECONNREFUSED');
    });
  }

  test('the number, the ids and the advice come out of the description', async () => {
    const { port, answer } = await waiting();
    const [traceId, correlationId] = ['11111111-2222-3333-4444-555555555555', '66666666-7777-8888-9999-000000000000'];
    const error_description = `AADSTS65004: User declined to consent to access the app. Trace ID: ${traceId} Correlation ID: ${correlationId} Timestamp: 2026-11-21 09:00:00Z`;
    await ask(port, `/?${new URLSearchParams({ error: 'access_denied', error_description, state })}`);
    await ask(port, '/done');
    const error = await answer.then(
      () => undefined,
      (cause: unknown) => cause,
    );
    assert.ok(error instanceof AuthError);
    assert.equal(
      error.message,
      'The authority refused the request: access_denied. AADSTS65004: User declined to consent to access the app.',
    );
    assert.deepEqual(
      [error.code, error.aadsts, error.traceId, error.correlationId],
      ['access_refused', [65_004], traceId, correlationId],
    );
    assert.ok(error.reason && error.hint);
  });
});

describe('row 23: the issuer of the answer (RFC 9207)', () => {
  const template = 'https://login.microsoftonline.com/{tenantid}/v2.0';
  const cases: readonly (readonly [
    name: string,
    options: Partial<WaitOptions>,
    iss: string | undefined,
    fits: boolean,
  ])[] = [
    ['announced, and the same', { issuer, requireIssuer: true }, issuer, true],
    ['announced, and missing', { issuer, requireIssuer: true }, undefined, false],
    ['announced, and empty', { issuer, requireIssuer: true }, '', false],
    ['announced, and of another authority', { issuer, requireIssuer: true }, 'https://login.evil.test/v2.0', false],
    ['announced, with a slash at its end', { issuer, requireIssuer: true }, `${issuer}/`, false],
    ['announced, in other letters', { issuer, requireIssuer: true }, issuer.toUpperCase(), false],
    [
      'announced, of another tenant',
      { issuer, requireIssuer: true },
      template.replace('{tenantid}', 'ddddeeee-3333-ffff-4444-aaaa5555bbbb'),
      false,
    ],
    ['not announced, and missing', { issuer }, undefined, true],
    ['not announced, and the same', { issuer }, issuer, true],
    ['not announced, and another', { issuer }, 'https://login.evil.test/v2.0', false],
    ['of nobody we know', {}, issuer, false],
    ['of a tenant, where any may answer', { issuer: template, requireIssuer: true }, issuer, true],
    ['the template itself', { issuer: template, requireIssuer: true }, template, true],
    [
      'of no tenant, where any may answer',
      { issuer: template, requireIssuer: true },
      template.replace('{tenantid}', 'x'),
      false,
    ],
    ['of a tenant elsewhere', { issuer: template, requireIssuer: true }, issuer.replace('login.', 'logon.'), false],
    [
      'of a tenant, of another version',
      { issuer: template, requireIssuer: true },
      issuer.replace('v2.0', 'v1.0'),
      false,
    ],
    ['of a tenant, with more behind it', { issuer: template, requireIssuer: true }, `${issuer}/`, false],
  ];
  for (const [name, options, iss, fits] of cases) {
    for (const [what, given] of [
      ['code', { code }],
      ['error', { error: 'access_denied' }],
    ] as const) {
      test(`row 23: ${what}, iss ${name}: ${fits ? 'taken' : 'refused, and the sign-in goes on'}`, async () => {
        const { loopback, port, answer } = await waiting(options);
        const query = new URLSearchParams({ ...given, state, ...(iss === undefined ? {} : { iss }) });
        const { status } = await ask(port, `/?${query}`);
        assert.equal(status, fits ? 303 : 400);
        if (fits) await ask(port, '/done');
        else await loopback.close();
        if (fits && what === 'code') assert.equal((await answer).code.reveal(), code);
        else await assert.rejects(answer, isError(fits ? 'access_refused' : 'aborted'));
      });
    }
  }
});
