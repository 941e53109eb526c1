import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { Secret } from '../../src/base/secret.ts';
import { askPartnerCenter } from '../../src/client/ask-partner-center.ts';
import { clientContext } from '../../src/client/context.ts';
import { AuthError, type AuthErrorCode } from '../../src/client/errors.ts';
import { environments } from '../../src/index.ts';
import { fakeWire, json, partnerRefusal, quiet, type Reply, userToken } from './wire.ts';

const asked = (reply: Reply) => {
  const wire = fakeWire(reply);
  const context = clientContext(quiet(wire.fetch).options);
  return { wire, answer: askPartnerCenter(context, { environment: environments.AzureCloud }, new Secret(userToken)) };
};

const customers = (headers: Record<string, string>) => () => json({ totalCount: 1, items: [] }, { headers });

describe('the first customer', () => {
  const answers: readonly (readonly [headers: Record<string, string>, isMfaCompliant: boolean | undefined])[] = [
    [{ isMfaCompliant: 'true' }, true],
    [{ isMfaCompliant: 'false' }, false],
    [{ ISMFACOMPLIANT: 'True' }, true],
    [{ isMfaCompliant: 'perhaps' }, undefined],
    [{}, undefined],
  ];
  for (const [headers, isMfaCompliant] of answers) {
    test(`${JSON.stringify(headers)}: ${isMfaCompliant}`, async () => {
      assert.deepEqual(await asked(customers(headers)).answer, { isMfaCompliant });
    });
  }

  test('is asked for once, and nothing is changed by it', async () => {
    const { wire, answer } = asked(customers({}));
    await answer;
    const [sent, ...more] = wire.sent;
    assert.deepEqual(more, []);
    assert.equal(sent?.url, 'https://api.partnercenter.microsoft.com/v1/customers?size=1');
    assert.equal(sent?.body, '');
    const {
      'ms-requestid': requestId,
      'ms-correlationid': correlationId,
      ...headers
    } = Object.fromEntries(sent.headers);
    assert.deepEqual(headers, {
      accept: 'application/json',
      authorization: `Bearer ${userToken}`,
      validatemfa: 'true',
    });
    assert.equal(new Set([requestId, correlationId, undefined]).size, 3);
  });
});

describe('refusals', () => {
  const refusals: readonly (readonly [status: number, code: string, error: AuthErrorCode])[] = [
    [401, '900421', 'mfa_needed'],
    [401, '900420', 'audience_refused'],
    [401, '400', 'bearer_refused'],
    [403, '900308', 'access_refused'],
    [404, '60003', 'not_found'],
    [429, '800002', 'throttled'],
    [500, '800003', 'service_unavailable'],
  ];
  for (const [status, code, error] of refusals) {
    test(`${status} ${code}: ${error}`, async () => {
      const { answer } = asked(() => partnerRefusal(status, code));
      await assert.rejects(answer, (thrown) => thrown instanceof AuthError && thrown.code === error);
    });
  }

  test('row 17: what a refusal repeats of the token is not in its message', async () => {
    const { answer } = asked(() => json({ code: '400', description: `Bad: ${userToken}` }, { status: 401 }));
    await assert.rejects(answer, (thrown) => {
      assert.ok(thrown instanceof AuthError);
      assert.equal(thrown.message, 'Partner Center refused the request with HTTP 401 and 400: Bad: [redacted]');
      return true;
    });
  });
});
