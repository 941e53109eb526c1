import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import type { PartnerStanding } from '../../src/domain/partner-registry.ts';
import { KeysUnavailable } from '../../src/jwt/index.ts';
import { memoryStore } from '../../src/store/memory/index.ts';
import type { Store } from '../../src/store/store.ts';
import type { Answer } from '../support/answer.ts';
import type { ExchangeRequest } from '../support/exchange-request.ts';
import { type BearerChanges, testIssuer } from '../support/issuer.ts';
import { type TestService, testService, testStart } from '../support/token-service.ts';

/** What goes wrong behind the service; each test sets it and `send` sets it back. */
interface World {
  standing: PartnerStanding;
  waitSeconds: number | undefined;
  storeDown: boolean;
  signingKeyGone: boolean;
}
const sound = (): World => ({
  standing: { hasPartnerAccount: true, application: 'enabled' },
  waitSeconds: undefined,
  storeDown: false,
  signingKeyGone: false,
});
let world = sound();

const withFaults = (store: Store): Store => ({
  ...store,
  issuances: {
    ...store.issuances,
    claim: (candidate, now) =>
      world.storeDown ? Promise.reject(new Error('disk I/O error')) : store.issuances.claim(candidate, now),
  },
});

const service: TestService = await testService({
  store: withFaults(memoryStore()),
  registry: { standing: async () => world.standing },
  limit: { take: () => world.waitSeconds },
});
const { find } = service.keys;
Object.assign(service.keys, { find: (kid: string) => (world.signingKeyGone ? undefined : find(kid)) });

/** One violation of one row, as a change of an otherwise good exchange. */
interface Violation {
  readonly row: number;
  readonly name: string;
  readonly request?: Partial<ExchangeRequest>;
  readonly bearer?: BearerChanges;
  /** The Authorization header from the bearer; default one Bearer credential. */
  readonly authorization?: (bearer: string) => string | readonly string[] | undefined;
  readonly world?: Partial<World>;
  /** The request id was used on the other API. */
  /** On which API the id was used before. */
  readonly usedOn?: 'same' | 'other';
  readonly data?: readonly string[];
  /** Ids that cannot be echoed are made. */
  readonly idsMade?: boolean;
  readonly headers?: Readonly<Record<string, string>>;
}

const realm = 'Bearer realm="https://api.partnercenter.microsoft.com"';
const badToken = { 'www-authenticate': `${realm}, error="invalid_token"` };
const noToken = { 'www-authenticate': realm };
const seconds = testStart.getTime() / 1000;
const header = (name: string, value: string | readonly string[] | undefined) => ({ headers: { [name]: value } });
const body = (text: string | Uint8Array | null, contentType = 'application/json') => ({ body: text, contentType });

const expected: readonly (readonly [status: number, code: string])[] = [
  [404, '1000'],
  [405, '800002'],
  [400, '800002'],
  [406, '800002'],
  [401, '800001'],
  [401, '400'],
  [401, '900420'],
  [401, '900421'],
  [404, '60003'],
  [403, '2032'],
  [429, '800002'],
  [400, '800002'],
  [400, '800002'],
  [400, '3000'],
  [400, '800002'],
  [500, '800003'],
];

const violations: readonly Violation[] = [
  { row: 1, name: 'an unknown path under /v3', request: { path: '/v3/generatetokens' } },
  { row: 1, name: 'an unknown path under /generatetoken', request: { path: '/generatetoken/more' } },
  { row: 1, name: 'an unknown path under /v1', request: { path: '/v1/generatetoken' } },
  { row: 1, name: 'an unknown path under /v1.0', request: { path: '/v1.0/nothing' } },
  ...['GET', 'HEAD', 'PUT', 'PATCH', 'DELETE', 'OPTIONS'].map((method) => ({
    row: 2,
    name: `the method ${method}`,
    request: { method },
    headers: { allow: 'POST' },
  })),
  { row: 3, name: 'no Accept', request: header('accept', undefined) },
  { row: 3, name: 'an empty Accept', request: header('accept', '') },
  { row: 3, name: 'an unreadable Accept', request: header('accept', 'json') },
  { row: 3, name: 'an Accept of commas', request: header('accept', ' , ,') },
  { row: 4, name: 'Accept: image/png', request: header('accept', 'image/png') },
  { row: 4, name: 'Accept with q=0', request: header('accept', 'application/json;q=0') },
  { row: 5, name: 'no Authorization', authorization: () => undefined, headers: noToken },
  { row: 5, name: 'an empty Authorization', authorization: () => '', headers: noToken },
  { row: 5, name: 'two Authorization headers', authorization: (b) => [`Bearer ${b}`, `Bearer ${b}`], headers: noToken },
  { row: 5, name: 'two credentials in one header', authorization: (b) => `Bearer ${b}, Bearer ${b}`, headers: noToken },
  { row: 5, name: 'another scheme', authorization: (b) => `Basic ${b}`, headers: noToken },
  { row: 5, name: 'no scheme', authorization: (b) => b, headers: noToken },
  { row: 5, name: 'the scheme alone', authorization: () => 'Bearer', headers: noToken },
  { row: 6, name: 'malformed', authorization: () => 'Bearer abc', headers: badToken },
  { row: 6, name: 'wrongly signed', bearer: { sign: () => Buffer.alloc(256, 1) }, headers: badToken },
  { row: 6, name: 'expired', bearer: { claims: { exp: seconds - 301 } }, headers: badToken },
  { row: 6, name: 'not yet valid', bearer: { claims: { nbf: seconds + 301 } }, headers: badToken },
  {
    row: 6,
    name: 'of an unknown issuer',
    bearer: { claims: { iss: 'https://login.example.org/' } },
    headers: badToken,
  },
  { row: 6, name: 'no access token', bearer: { claims: { nonce: 'n' } }, headers: badToken },
  {
    row: 7,
    name: 'another audience',
    bearer: { claims: { aud: 'https://graph.microsoft.com' } },
    headers: badToken,
  },
  { row: 7, name: 'Azure AD Graph at v3', bearer: { claims: { aud: 'https://graph.windows.net' } }, headers: badToken },
  { row: 8, name: 'no second factor', bearer: { kind: 'user', claims: { amr: ['pwd'] } }, headers: badToken },
  { row: 8, name: 'no amr at all', bearer: { kind: 'user', claims: { amr: undefined } }, headers: badToken },
  { row: 9, name: 'no partner account', world: { standing: { hasPartnerAccount: false, application: 'enabled' } } },
  { row: 10, name: 'application blocked', world: { standing: { hasPartnerAccount: true, application: 'blocked' } } },
  { row: 10, name: 'application absent', world: { standing: { hasPartnerAccount: true, application: 'absent' } } },
  { row: 11, name: 'over the limit', world: { waitSeconds: 6.2 }, headers: { 'retry-after': '7' } },
  ...['ms-correlationid', 'ms-requestid'].flatMap((name) => [
    { row: 12, name: `${name} repeated`, request: header(name, ['a', 'b']), data: [name], idsMade: true },
    { row: 12, name: `${name} empty`, request: header(name, ''), data: [name], idsMade: true },
    { row: 12, name: `${name} of 129 characters`, request: header(name, 'a'.repeat(129)), data: [name], idsMade: true },
    { row: 12, name: `${name} with a tab`, request: header(name, 'a\tb'), data: [name], idsMade: true },
    { row: 12, name: `${name} beyond ASCII`, request: header(name, 'é'), data: [name], idsMade: true },
  ]),
  { row: 12, name: 'Host repeated', request: header('host', ['localhost', 'localhost']), data: ['host'] },
  {
    row: 12,
    name: 'Content-Type repeated',
    request: header('content-type', ['application/json', 'application/json']),
    data: ['content-type'],
  },
  { row: 13, name: 'an unknown Content-Type', request: body('{}', 'text/plain'), data: ['Content-Type'] },
  { row: 13, name: 'no Content-Type', request: header('content-type', undefined), data: ['Content-Type'] },
  { row: 13, name: 'another charset', request: body('{}', 'text/json; charset=utf-16'), data: ['Content-Type'] },
  { row: 13, name: 'over 64 KiB', request: body(null) },
  { row: 13, name: 'no JSON', request: body('{"grant_type":') },
  { row: 13, name: 'no body', request: body('') },
  { row: 13, name: 'no UTF-8', request: body(Uint8Array.of(0x7b, 0xff, 0x7d)) },
  { row: 13, name: 'no XML', request: body('<a><grant_type>jwt_token</a>', 'application/xml') },
  {
    row: 13,
    name: 'a DOCTYPE',
    request: body('<!DOCTYPE a><a><grant_type>jwt_token</grant_type></a>', 'text/xml'),
  },
  { row: 14, name: 'another value', request: body('{"grant_type":"password"}'), data: ['grant_type'] },
  { row: 14, name: 'missing', request: body('{}'), data: ['grant_type'] },
  {
    row: 14,
    name: 'repeated in XML',
    request: body('<a><grant_type>jwt_token</grant_type><grant_type>jwt_token</grant_type></a>', 'text/xml'),
    data: ['grant_type'],
  },
  {
    row: 14,
    name: 'repeated in a form',
    request: body('grant_type=jwt_token&grant_type=jwt_token', 'application/x-www-form-urlencoded'),
    data: ['grant_type'],
  },
  { row: 14, name: 'a list in JSON', request: body('{"grant_type":["jwt_token"]}'), data: ['grant_type'] },
  { row: 15, name: 'the id used on the other API', usedOn: 'other', data: ['ms-requestid'] },
  {
    row: 16,
    name: 'the signing key gone',
    usedOn: 'same',
    world: { signingKeyGone: true },
    headers: { 'retry-after': '5' },
  },
  { row: 16, name: 'the store down', world: { storeDown: true }, headers: { 'retry-after': '1' } },
];

let serial = 0;
const correlationId = '99990000-aaaa-bbbb-cccc-ddddeeeeffff';

async function send(broken: readonly Violation[], accept: string, api: 'v3' | 'legacy' = 'v3') {
  const requestId = `request-${++serial}`;
  const changes = broken.map(({ bearer }) => bearer ?? {});
  const bearer = service.issuer.bearer(
    Object.assign({}, ...changes, { claims: Object.assign({}, ...changes.map(({ claims }) => claims)) }),
  );
  const kind = changes.find((change) => change.kind)?.kind ?? 'application';
  const authorization = broken.find((violation) => violation.authorization)?.authorization;
  const requests = broken.map(({ request }) => request ?? {});
  const headers = Object.assign(
    { 'ms-requestid': requestId, 'ms-correlationid': correlationId },
    ...requests.map((request) => request.headers),
    authorization ? { authorization: authorization(bearer) } : {},
  );
  const used = broken.map(({ usedOn }) => usedOn).filter((usedOn) => usedOn !== undefined);
  if (used.length > 0) {
    const other = api === 'v3' ? 'legacy' : 'v3';
    const first = await service.exchange({
      api: used.includes('other') ? other : api,
      bearer: service.issuer.bearer({ kind }),
      headers: { 'ms-requestid': requestId },
    });
    assert.equal(first.status, 200);
  }
  world = Object.assign(sound(), ...broken.map((violation) => violation.world));
  try {
    const answer = await service.exchange({ api, accept, bearer, ...Object.assign({}, ...requests), headers });
    return { answer, requestId };
  } finally {
    world = sound();
  }
}

const acceptDecides = ({ request }: Violation) =>
  !(request?.headers && 'accept' in request.headers) || request.headers.accept === 'application/json;q=0';
const guid = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/;

function assertRow(violation: Violation, answer: Answer, requestId: string, accept: string): void {
  const [status, code] = expected[violation.row - 1] ?? [];
  const mediaType = acceptDecides(violation) ? accept : 'application/json';
  const { description, ...fields } = answer.fields;
  const ids = { 'ms-requestid': requestId, 'ms-correlationid': correlationId };
  if (violation.idsMade) {
    const [name] = violation.data ?? [];
    if (name === 'ms-requestid' || name === 'ms-correlationid') {
      assert.match(answer.headers[name] ?? '', guid);
      ids[name] = answer.headers[name] ?? '';
    }
  }
  assert.equal(answer.status, status);
  assert.deepEqual(fields, {
    code,
    ...(violation.data ? { data: violation.data } : {}),
    source: 'partner-auth',
  });
  assert.ok(typeof description === 'string' && description.length > 0 && description.length <= 1024);
  assert.equal(answer.root, mediaType.endsWith('xml') ? 'Error' : undefined);
  assert.deepEqual(answer.headers, {
    'content-type': `${mediaType}; charset=utf-8`,
    'cache-control': 'no-store',
    pragma: 'no-cache',
    vary: 'Accept',
    ...ids,
    'x-content-type-options': 'nosniff',
    ...violation.headers,
  });
}

describe('the error table', () => {
  for (const accept of ['application/json', 'application/xml', 'text/xml', 'text/json']) {
    for (const violation of violations) {
      const wanted = violation.name.endsWith('q=0') ? 'application/json' : accept;
      test(`row ${violation.row}: ${violation.name}, asked in ${accept}`, async () => {
        const { answer, requestId } = await send([violation], accept);
        assertRow(violation, answer, requestId, wanted);
      });
    }
  }

  test('every row has a case', () => {
    assert.deepEqual(
      [...new Set(violations.map(({ row }) => row))],
      expected.map((_, index) => index + 1),
    );
  });
});

/** Both say what Accept is, so a request cannot violate both. */
const exclusive = (first: Violation, second: Violation) => first.row === 3 && second.row === 4;
/** Row 5 keeps the broken bearer, in two copies; rows 12 to 15 break different parts of the request. */
const representatives = new Map<number, Violation>(
  [
    'an unknown path under /v3',
    'the method GET',
    'no Accept',
    'Accept: image/png',
    'two Authorization headers',
    'expired',
    'another audience',
    'no second factor',
    'no partner account',
    'application blocked',
    'over the limit',
    'ms-correlationid repeated',
    'an unknown Content-Type',
    'another value',
    'the id used on the other API',
    'the signing key gone',
  ].map((name, index) => [index + 1, violations.find((one) => one.name === name) ?? assert.fail(name)]),
);
/** A body in an unknown media type that would not say `jwt_token` in any. */
const bothBodies: Violation = { row: 13, name: 'both', request: body('{"grant_type":"password"}', 'text/plain') };

describe('order of checks: a request that violates two rows answers the first', () => {
  for (const [row, first] of representatives) {
    for (const [later, second] of representatives) {
      if (later <= row || exclusive(first, second)) continue;
      test(`rows ${row} and ${later} answer ${row}`, async () => {
        const broken = row === 13 && later === 14 ? [bothBodies] : [second, first];
        const { answer } = await send(broken, 'application/json');
        assert.deepEqual([answer.status, answer.fields.code, answer.fields.data], [...outcomeOf(first)]);
      });
    }
  }

  test('all rows at once answer the first, and so does what is left when it is mended', async () => {
    const order = [...representatives.values()].filter(({ row }) => row !== 4);
    for (const [index, first] of order.entries()) {
      const broken = order.slice(index).reverse();
      if (first.row <= 13) broken.push({ ...bothBodies, row: first.row });
      const { answer } = await send([...broken.filter((one) => one !== first), first], 'application/json');
      assert.deepEqual([answer.status, answer.fields.code], [...outcomeOf(first)].slice(0, 2), `row ${first.row}`);
    }
  });
});

const outcomeOf = ({ row, data }: Violation) => [...(expected[row - 1] ?? []), data] as const;

describe('what every answer carries', () => {
  test('ids are made when absent, a new pair each time', async () => {
    const first = await service.exchange();
    const second = await service.exchange({ bearer: '' });
    const ids = [first, second].flatMap(({ headers }) => [headers['ms-requestid'], headers['ms-correlationid']]);
    for (const id of ids) assert.match(id ?? '', guid);
    assert.equal(new Set(ids).size, 4);
  });

  test('the legacy API announces its end, on success and on refusal', async () => {
    const announcement = {
      deprecation: '@1756598400',
      sunset: 'Thu, 31 Dec 2026 00:00:00 GMT',
      link: '</v3/generatetoken>; rel="successor-version"',
    };
    for (const request of [{}, { bearer: '' }, { method: 'GET' }, { body: '' }]) {
      const { headers } = await service.exchange({ api: 'legacy', ...request });
      const { deprecation, sunset, link } = headers;
      assert.deepEqual({ deprecation, sunset, link }, announcement);
    }
    const { headers } = await service.exchange();
    assert.deepEqual(
      ['deprecation', 'sunset', 'link'].filter((name) => name in headers),
      [],
    );
  });

  const mfa: readonly (readonly [name: string, bearer: BearerChanges, asked: string | undefined, answer?: string])[] = [
    ['app+user with a second factor', { kind: 'user' }, 'true', 'true'],
    ['app+user, asked in capitals', { kind: 'user' }, 'TRUE', 'true'],
    ['app+user without one, on the refusal', { kind: 'user', claims: { amr: ['pwd'] } }, 'true', 'false'],
    ['app+user, not asked', { kind: 'user' }, undefined],
    ['app+user, asked for false', { kind: 'user' }, 'false'],
    ['app-only', {}, 'true'],
  ];
  for (const [name, changes, asked, answer] of mfa) {
    test(`isMfaCompliant: ${name}`, async () => {
      const { headers } = await service.exchange({
        bearer: service.issuer.bearer(changes),
        headers: { validatemfa: asked },
      });
      assert.equal(headers.ismfacompliant, answer);
    });
  }

  test('isMfaCompliant stays on a later refusal', async () => {
    const bearer = service.issuer.bearer({ kind: 'user' });
    const { status, headers } = await service.exchange({ bearer, body: '', headers: { validatemfa: 'true' } });
    assert.deepEqual([status, headers.ismfacompliant], [400, 'true']);
  });
});

describe('settings', () => {
  const bearerFor = (aud: string, changes: BearerChanges = {}) => ({ ...changes, claims: { ...changes.claims, aud } });
  const partnerCenter = [
    'https://api.partnercenter.microsoft.com',
    'https://api.partnercenter.microsoft.com/',
    'fa3d9a0c-3fb0-42cc-9193-47c7ecd2edbd',
    'https://partner.partnercenterapi.microsoftonline.cn',
  ];
  const azureAdGraph = [
    'https://graph.windows.net',
    'https://graph.chinacloudapi.cn',
    '00000002-0000-0000-c000-000000000000',
  ];
  const cases = [true, false].flatMap((legacyAudience) =>
    (['v3', 'legacy'] as const).flatMap((api) =>
      (['application', 'user'] as const).flatMap((kind) => [
        ...partnerCenter.map((aud) => ({ legacyAudience, api, kind, aud, status: 200 })),
        ...azureAdGraph.map((aud) => ({
          legacyAudience,
          api,
          kind,
          aud,
          status: legacyAudience && api === 'legacy' && kind === 'application' ? 200 : 401,
        })),
      ]),
    ),
  );
  for (const { legacyAudience, api, kind, aud, status } of cases) {
    const setting = legacyAudience ? 'on' : 'off';
    test(`audience ${aud}, ${kind} at ${api}, legacyAudience ${setting}: ${status}`, async () => {
      const other = await testService({ settings: { legacyAudience }, issuers: [service.issuer] });
      const answer = await other.exchange({ api, bearer: service.issuer.bearer(bearerFor(aud, { kind })) });
      assert.deepEqual([answer.status, answer.fields.code], status === 200 ? [200, undefined] : [401, '900420']);
    });
  }

  for (const [mfaEnforcement, status] of [
    ['on', 401],
    ['report', 200],
    ['off', 200],
  ] as const) {
    test(`mfaEnforcement ${mfaEnforcement}: an app+user token without a second factor gets ${status}`, async () => {
      const other = await testService({ settings: { mfaEnforcement }, issuers: [service.issuer] });
      const bearer = service.issuer.bearer({ kind: 'user', claims: { amr: ['pwd'] } });
      const answer = await other.exchange({ bearer, headers: { validatemfa: 'true' } });
      assert.deepEqual([answer.status, answer.headers.ismfacompliant], [status, 'false']);
    });
  }

  test('acceptRequired off: JSON when Accept is missing or unreadable, 406 still when nothing is acceptable', async () => {
    const other = await testService({ settings: { acceptRequired: false }, issuers: [service.issuer] });
    const statuses = [];
    for (const accept of [undefined, '', 'json', 'image/png']) {
      const answer = await other.exchange(header('accept', accept));
      statuses.push([answer.status, answer.headers['content-type']]);
    }
    const json = 'application/json; charset=utf-8';
    assert.deepEqual(statuses, [
      [200, json],
      [200, json],
      [200, json],
      [406, json],
    ]);
  });

  test('row 16: the issuer’s keys cannot be had', async () => {
    const down = testIssuer({
      now: () => testStart,
      keys: () => ({
        find: () => {
          throw new KeysUnavailable('down');
        },
      }),
    });
    const other = await testService({ issuers: [down] });
    const answer = await other.exchange();
    assert.deepEqual(
      [answer.status, answer.fields.code, answer.headers['retry-after'], answer.headers['www-authenticate']],
      [500, '800003', '30', undefined],
    );
  });

  test('row 11: the allowance is one caller’s own and refills by the clock', async () => {
    const other = await testService({ limit: { requests: 2, perSeconds: 10 }, issuers: [service.issuer] });
    const send = async (sub: string) => {
      const { status, headers } = await other.exchange({ bearer: service.issuer.bearer({ claims: { sub } }) });
      return [status, headers['retry-after']];
    };
    assert.deepEqual(
      [await send('a'), await send('a'), await send('a'), await send('b')],
      [
        [200, undefined],
        [200, undefined],
        [429, '5'],
        [200, undefined],
      ],
    );
    other.clock.advance(5);
    assert.deepEqual(await send('a'), [200, undefined]);
    assert.deepEqual(await send('a'), [429, '5']);
  });
});
