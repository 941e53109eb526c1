import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import fc from 'fast-check';
import { requestMediaTypes, responseMediaTypes } from '../../src/protocol/media-type.ts';
import { memoryStore } from '../../src/store/memory/index.ts';
import type { Store } from '../../src/store/store.ts';
import type { ExchangeRequest } from '../support/exchange-request.ts';
import { testIssuer } from '../support/issuer.ts';
import { testService, testStart } from '../support/token-service.ts';

const issuer = testIssuer({ now: () => testStart });
const service = await testService({ issuers: [issuer] });
const bearer = issuer.bearer();
/** What an inside story looks like. */
const markers = [
  'at ',
  '.ts:',
  'node:',
  'Error:',
  'SELECT',
  'INSERT',
  'SQLITE',
  '[object',
  'undefined',
  'eyJ',
  issuer.kid,
];

const any = fc.string({ unit: 'binary', maxLength: 200 });
const fragments = fc.array(
  fc.constantFrom(
    '<',
    '>',
    '</',
    '<r>',
    '</r>',
    '<grant_type>',
    '</grant_type>',
    'jwt_token',
    '<![CDATA[',
    ']]>',
    '<!--',
    '-->',
    '<?',
    '?>',
    '<!DOCTYPE r',
    '&#',
    ';',
    '&amp;',
    '{',
    '}',
    '"grant_type"',
    ':',
    '"',
    '[',
    ']',
    ',',
    'grant_type=',
    '&',
    '=',
    '%',
    '\\',
    '\\u00',
    '\0',
    '\ud800',
    ' ',
  ),
  { maxLength: 30 },
);
const body = fc.oneof(
  any,
  fragments.map((parts) => parts.join('')),
  fc.uint8Array({ maxLength: 200 }),
  fc.json(),
);
const maybe = (arbitrary: fc.Arbitrary<string>) =>
  fc.oneof(fc.constant(undefined), arbitrary, fc.array(arbitrary, { minLength: 2, maxLength: 3 }));
const credential = fc.oneof(
  fc.constant(`Bearer ${bearer}`),
  any,
  any.map((text) => `Bearer ${text}`),
  fc
    .nat(bearer.length - 1)
    .chain((at) => any.map((text) => `Bearer ${bearer.slice(0, at)}${text}${bearer.slice(at + 1)}`)),
  fc.nat(bearer.length - 1).map((at) => `Bearer ${bearer.slice(0, at)}`),
);
const hostileRequest: fc.Arbitrary<ExchangeRequest> = fc.record({
  api: fc.constantFrom('v3' as const, 'legacy' as const),
  body,
  headers: fc.record({
    authorization: fc.oneof(
      { weight: 3, arbitrary: fc.constant(`Bearer ${bearer}`) },
      { weight: 1, arbitrary: maybe(credential) },
    ),
    accept: fc.oneof(
      { weight: 3, arbitrary: fc.constantFrom(...responseMediaTypes) },
      { weight: 1, arbitrary: maybe(any) },
    ),
    'content-type': fc.oneof(
      { weight: 3, arbitrary: fc.constantFrom(...requestMediaTypes) },
      { weight: 1, arbitrary: maybe(any) },
    ),
    'ms-requestid': maybe(any),
    'ms-correlationid': maybe(any),
    validatemfa: maybe(any),
  }),
});

describe('row 82: what errors say', () => {
  test('whatever is sent is answered by a row of the table, without an inside story', async () => {
    await fc.assert(
      fc.asyncProperty(hostileRequest, async (request) => {
        const { status, fields, body: text, headers } = await service.exchange({ bearer: '', ...request });
        assert.ok([200, 400, 401, 406].includes(status), `${status} ${text}`);
        for (const [name, value] of Object.entries(headers)) assert.match(value, /^[\x20-\x7e]+$/, name);
        if (status === 200) return;
        assert.deepEqual(
          Object.keys(fields).filter((name) => name !== 'data'),
          ['code', 'description', 'source'],
        );
        // A form's parameter that was given twice is named back to whoever sent it.
        const description = String(fields.description).replace(/^The parameter '.*' is given/s, '');
        assert.deepEqual(
          markers.filter((marker) => description.includes(marker)),
          [],
        );
      }),
      { numRuns: 3000 },
    );
    assert.deepEqual(
      service.log.filter(({ level }) => level === 'error'),
      [],
    );
  });

  test('JSON and XML carry the same fields', async () => {
    await fc.assert(
      fc.asyncProperty(hostileRequest, async ({ headers, ...request }) => {
        const send = (accept: string) =>
          service.exchange({
            bearer: '',
            ...request,
            headers: { ...headers, accept, 'ms-requestid': 'a', 'ms-correlationid': 'b' },
          });
        const [json, xml] = [await send('application/json'), await send('application/xml')];
        assert.equal(json.status, xml.status);
        if (json.status === 200) return;
        const { description, ...rest } = json.fields;
        const { description: inXml, ...restInXml } = xml.fields;
        assert.deepEqual(rest, restInXml);
        // XML cannot carry controls; a reader makes one line break of two characters.
        const printable = (text: unknown) => String(text).replace(/[^\x20-\x7e]/g, '');
        assert.equal(printable(inXml), printable(description));
      }),
      { numRuns: 500 },
    );
  });

  test('a failure inside says nothing of it, to the caller; the log has the cause', async () => {
    const secret = 'SELECT key FROM issuances -- canary at /var/lib/partner-auth/store.sqlite';
    const store = memoryStore();
    const failing: Store = {
      ...store,
      issuances: { ...store.issuances, claim: () => Promise.reject(new Error(secret)) },
    };
    const other = await testService({ issuers: [issuer], store: failing });
    for (const accept of responseMediaTypes) {
      const { status, body: text } = await other.exchange({ accept });
      assert.deepEqual([status, text.includes('canary'), text.includes('SELECT')], [500, false, false]);
    }
    assert.deepEqual(
      other.log.map(({ level, message }) => [level, message]),
      Array(4).fill(['error', 'exchange failed']),
    );
  });

  test('neither log nor metrics hold a token, a claim or an id they should not', async () => {
    const other = await testService({ issuers: [issuer] });
    const canary = 'canary-of-a-claim';
    const bearers = [issuer.bearer({ claims: { name: canary } }), issuer.bearer({ claims: { name: canary, exp: 1 } })];
    for (const one of bearers) await other.exchange({ bearer: one, headers: { 'ms-requestid': 'id-of-a-request' } });
    const log = JSON.stringify(other.log);
    const metrics = await other.metrics.metrics();
    assert.deepEqual(
      [...bearers.flatMap((one) => one.split('.')), canary].filter(
        (text) => log.includes(text) || metrics.includes(text),
      ),
      [],
    );
    assert.equal(metrics.includes('id-of-a-request'), false);
    assert.equal(log.includes('id-of-a-request'), true);
  });
});
