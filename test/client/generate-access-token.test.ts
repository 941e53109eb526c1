import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import {
  AuthError,
  type AuthErrorCode,
  type GenerateAccessTokenParameters,
  generateAccessToken,
} from '../../src/index.ts';
import { decodeGenerateTokenRequest, encodeGenerateTokenResponse } from '../../src/protocol/generate-token.ts';
import { type ResponseMediaType, requestMediaTypes } from '../../src/protocol/media-type.ts';
import { decodeXml } from '../../src/protocol/xml.ts';
import { appToken, fakeWire, json, partnerRefusal, quiet, type Reply, start } from './wire.ts';

const generated: Reply = ({ headers }) => {
  const accept = headers.get('accept') as ResponseMediaType;
  const answer = { accessToken: 'opaque-partner-token', tokenType: 'Bearer', expiresInSeconds: 3600 };
  return new Response(encodeGenerateTokenResponse(answer, 'v3', accept), {
    headers: {
      'content-type': `${accept}; charset=utf-8`,
      'MS-RequestId': headers.get('ms-requestid') ?? '',
      'MS-CorrelationId': headers.get('ms-correlationid') ?? '',
      'Idempotent-Replayed': 'true',
    },
  });
};

describe('the request, in every media type and both APIs', () => {
  for (const api of ['v3', 'legacy'] as const) {
    for (const mediaType of requestMediaTypes) {
      test(`${api} ${mediaType}`, async () => {
        const wire = fakeWire(generated);
        const ids = { requestId: 'request-1', correlationId: 'correlation-1' };
        const result = await generateAccessToken({
          bearer: appToken,
          api,
          mediaType,
          ...ids,
          ...quiet(wire.fetch).options,
        });
        const [sent] = wire.sent;
        const path = api === 'v3' ? '/v3/generatetoken' : '/generatetoken';
        assert.equal(sent?.url, `https://api.partnercenter.microsoft.com${path}`);
        assert.equal(sent?.headers.get('authorization'), `Bearer ${appToken}`);
        assert.equal(sent?.headers.get('content-type'), mediaType);
        assert.deepEqual(decodeGenerateTokenRequest(sent?.body ?? '', mediaType, decodeXml), {
          grantType: 'jwt_token',
        });
        assert.deepEqual(JSON.parse(JSON.stringify(result)), {
          accessToken: 'opaque-partner-token',
          tokenType: 'Bearer',
          expiresOn: '2026-11-21T10:00:00Z',
          expires_on: start.getTime() / 1000 + 3600,
          resource: 'https://api.partnercenter.microsoft.com',
          requestId: 'request-1',
          correlationId: 'correlation-1',
          api,
          replayed: true,
        });
      });
    }
  }
});

const call = async (reply: Reply, more: Partial<GenerateAccessTokenParameters> = {}) => {
  const wire = fakeWire(reply);
  const { options, waits } = quiet(wire.fetch);
  const outcome = await generateAccessToken({ bearer: appToken, ...options, ...more }).catch((error: unknown) => error);
  return { wire, waits, outcome };
};

const isRefusal = (outcome: unknown, code: AuthErrorCode): AuthError => {
  assert.ok(outcome instanceof AuthError, String(outcome));
  assert.equal(outcome.code, code, outcome.message);
  return outcome;
};

describe('row 31: retries keep the request id and end after four attempts', () => {
  const transient: readonly [string, Reply, AuthErrorCode][] = [
    ['500', () => partnerRefusal(500, '800003'), 'service_unavailable'],
    ['503 with a page', () => new Response('<html>', { status: 503 }), 'service_unavailable'],
    ['a reset', () => Promise.reject(Object.assign(new TypeError('fetch failed'), { code: 'ECONNRESET' })), 'network'],
    ['a time-out', () => Promise.reject(new DOMException('late', 'TimeoutError')), 'timed_out'],
  ];
  for (const [name, reply, code] of transient) {
    test(`${name} for ever: four attempts, one id`, async () => {
      const { wire, outcome, waits } = await call(reply);
      isRefusal(outcome, code);
      assert.equal(wire.sent.length, 4);
      assert.equal(new Set(wire.sent.map(({ headers }) => headers.get('ms-requestid'))).size, 1);
      for (const [index, wait] of waits.entries()) assert.ok(wait >= 0 && wait <= 0.5 * 2 ** index, `${wait}`);
    });

    test(`${name} once: the second attempt answers`, async () => {
      const { wire, outcome } = await call((sent, index) =>
        index === 0 ? reply(sent, index) : generated(sent, index),
      );
      assert.equal((outcome as { accessToken: string }).accessToken, 'opaque-partner-token');
      assert.equal(wire.sent[0]?.headers.get('ms-requestid'), wire.sent[1]?.headers.get('ms-requestid'));
    });
  }

  test('two calls have two ids', async () => {
    const wire = fakeWire(generated);
    const { options } = quiet(wire.fetch);
    await generateAccessToken({ bearer: appToken, ...options });
    await generateAccessToken({ bearer: appToken, ...options });
    assert.notEqual(wire.sent[0]?.headers.get('ms-requestid'), wire.sent[1]?.headers.get('ms-requestid'));
  });

  test('Retry-After in seconds and as a date is a lower bound', async () => {
    const at = new Date(start.getTime() + 30_000).toUTCString();
    for (const header of ['30', at]) {
      const { waits } = await call((sent, index) =>
        index === 0 ? partnerRefusal(500, '800003', { 'retry-after': header }) : generated(sent, index),
      );
      assert.ok(waits.length === 1 && (waits[0] ?? 0) >= 30 && (waits[0] ?? 0) <= 30.5, String(waits));
    }
  });

  test('a wait beyond the budget is left to the caller', async () => {
    const { wire, outcome } = await call(() => partnerRefusal(429, '800002', { 'retry-after': '600' }));
    assert.equal(isRefusal(outcome, 'throttled').retryAfterSeconds, 600);
    assert.equal(wire.sent.length, 1);
  });
});

describe('refusals', () => {
  const cases: readonly [number, string, AuthErrorCode][] = [
    [401, '900420', 'audience_refused'],
    [401, '900421', 'mfa_needed'],
    [401, '400', 'bearer_refused'],
    [401, '800001', 'bearer_refused'],
    [403, '2032', 'access_refused'],
    [404, '60003', 'not_found'],
    [400, '3000', 'request_refused'],
    [406, '800002', 'request_refused'],
  ];
  for (const [status, code, expected] of cases) {
    test(`${status} ${code}: ${expected}, once`, async () => {
      const { wire, outcome } = await call(() => partnerRefusal(status, code, { 'ms-requestid': 'their-id' }));
      const error = isRefusal(outcome, expected);
      assert.deepEqual([error.partnerCode, error.status, error.requestId], [code, status, 'their-id']);
      assert.ok(error.hint);
      assert.equal(wire.sent.length, 1);
    });
  }

  const said = 'This ms-requestid was used on the other version of the API. Send a new one.';
  const advice: readonly [string, number, object, boolean][] = [
    ['no advice of ours beside a field the service names', 400, { description: said, data: ['ms-requestid'] }, false],
    ['our advice where it names none', 400, { description: 'The header Accept is required.' }, true],
    ['our advice where it says nothing', 400, { description: '' }, true],
  ];
  for (const [name, status, body, ours] of advice) {
    test(`800002: ${name}`, async () => {
      const { outcome } = await call(() => json({ code: '800002', source: 'x', ...body }, { status }));
      const error = isRefusal(outcome, 'request_refused');
      assert.deepEqual([error.reason !== undefined, error.hint !== undefined], [ours, ours]);
      assert.equal(error.hint?.startsWith('Do as the description says.'), ours || undefined);
    });
  }

  test('800002 for too many requests: to wait, and nothing about headers', async () => {
    const { outcome } = await call(() => partnerRefusal(429, '800002', { 'retry-after': '600' }));
    const { reason, hint } = isRefusal(outcome, 'throttled');
    assert.deepEqual([reason, hint], [undefined, 'Wait as long as Retry-After says, then ask again.']);
  });

  test('an error in XML is read', async () => {
    const xml =
      '<?xml version="1.0"?><Error><code>900421</code><description>No MFA.</description><source>x</source></Error>';
    const { outcome } = await call(() => new Response(xml, { status: 401, headers: { 'content-type': 'text/xml' } }), {
      mediaType: 'text/xml',
    });
    isRefusal(outcome, 'mfa_needed');
  });

  test('an answer without a token', async () => {
    isRefusal((await call(() => json({ access_token: '' }))).outcome, 'answer_unreadable');
    isRefusal((await call(() => new Response('<html>'))).outcome, 'answer_unreadable');
  });
});

describe('what is not sent', () => {
  // Unknown: callers without types give what they have.
  const cases: readonly [string, Readonly<Record<string, unknown>>][] = [
    ['an empty bearer', { bearer: '' }],
    ['no bearer', { bearer: undefined }],
    ['null as bearer', { bearer: null }],
    ['a number as bearer', { bearer: 5 }],
    ['a blank request id', { requestId: ' ' }],
    ['a request id with a blank before it', { requestId: ' request-1' }],
    ['a correlation id with a blank after it', { correlationId: 'correlation-1 ' }],
    ['a request id of null', { requestId: null }],
    ['a number as request id', { requestId: 5 }],
    ['a whole object as bearer', { bearer: '{"accessToken": "x"}' }],
    ['a bearer with a line break', { bearer: 'a\r\nx-injected: 1' }],
    ['a request id with a line break', { requestId: 'a\r\nb' }],
    ['a request id of 129 characters', { requestId: 'x'.repeat(129) }],
    ['an empty correlation id', { correlationId: '' }],
  ];
  for (const [name, more] of cases) {
    test(name, async () => {
      const { wire, outcome } = await call(generated, more as Partial<GenerateAccessTokenParameters>);
      isRefusal(outcome, 'invalid_parameters');
      assert.equal(wire.sent.length, 0);
    });
  }
});
