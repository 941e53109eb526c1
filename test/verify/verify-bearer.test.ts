import assert from 'node:assert/strict';
import { after, describe, test } from 'node:test';
import { KeysUnavailable, keySetOf, localKeys } from '../../src/jwt/index.ts';
import { canary } from '../support/canary.ts';
import { newKey, tenantId, testIssuer } from '../support/issuer.ts';
import { type Attack, jwtAttacks, payloadWith } from '../support/jwt-attacks.ts';
import { serviceIssuer, testService, testStart } from '../support/token-service.ts';

const now = () => testStart;
const seconds = testStart.getTime() / 1000;
const v2 = testIssuer({ now });
const v1 = testIssuer({ now, version: '1.0' });
const es256 = testIssuer({ now, algorithm: 'ES256', issuer: 'https://es.example.com/{tenantid}' });
const ps256 = testIssuer({ now, algorithm: 'PS256', issuer: 'https://ps.example.com/{tenantid}' });
const service = await testService({ issuers: [v2, v1, es256, ps256], settings: { mfaEnforcement: 'report' } });
const realm = 'Bearer realm="https://api.partnercenter.microsoft.com"';

/** Both APIs take the same bearers for the same reasons; a refusal leaves no record and no token. */
async function assertRefused({ bearer, code }: Pick<Attack, 'bearer' | 'code'>): Promise<void> {
  const token = bearer();
  for (const api of ['v3', 'legacy'] as const) {
    const { status, headers, fields } = await service.exchange({ api, bearer: token });
    assert.deepEqual([status, fields.code, fields.access_token], [401, code, undefined]);
    assert.equal(headers['www-authenticate'], code === '800001' ? realm : `${realm}, error="invalid_token"`);
  }
  assert.equal(await service.store.issuances.purge(new Date('9999-01-01'), 10), 0);
}

async function assertTaken(bearer: string): Promise<void> {
  for (const api of ['v3', 'legacy'] as const) {
    const { status, body } = await service.exchange({ api, bearer });
    assert.equal(status, 200, body);
  }
  assert.equal(await service.store.issuances.purge(new Date('9999-01-01'), 10), 2);
}

const taken = (name: string, bearer: () => string) => test(name, () => assertTaken(bearer()));
const bird = await canary();
after(() => bird.close());

const attacks = jwtAttacks({ v1, v2, es256, ps256, now, canary: bird.url });
for (const [row, ofRow] of Object.entries(Object.groupBy(attacks, ({ row }) => row))) {
  describe(row, () => {
    for (const attack of ofRow ?? []) test(attack.name, () => assertRefused(attack));
  });
}

test('row 39: nobody asked for a key that was brought along', () => assert.equal(bird.connections(), 0));

describe('bearers that are taken', () => {
  for (const [version, issuer] of Object.entries({ v1, v2 })) {
    for (const kind of ['application', 'user'] as const) taken(`${version}, ${kind}`, () => issuer.bearer({ kind }));
  }
  taken('PS256', () => ps256.bearer());
  taken('ES256', () => es256.bearer());
  taken('without kid, from an issuer with one key', () => v2.bearer({ header: { kid: undefined } }));
  for (const typ of [undefined, 'JWT', 'jwt', 'at+jwt', 'application/at+jwt']) {
    taken(`typ ${typ}`, () => v2.bearer({ header: { typ } }));
  }
  taken('without nbf', () => v2.bearer({ claims: { nbf: undefined } }));
  taken('app-only without sub and oid: the application is its own subject', () =>
    v2.bearer({ claims: { sub: undefined, oid: undefined } }),
  );
});

test('row 40: kid absent, with several keys: none of them is tried', async () => {
  const other = { ...testIssuer({ now, algorithm: 'ES256' }).jwks.keys[0], kid: 'other' };
  const keys = localKeys(keySetOf({ keys: [...v2.jwks.keys, other] }, ['RS256', 'ES256']) ?? assert.fail());
  const several = await testService({ issuers: [{ ...v2, trusted: { ...v2.trusted, keys } }] });
  const { status } = await several.exchange({ bearer: v2.bearer() });
  const without = await several.exchange({ bearer: v2.bearer({ header: { kid: undefined } }) });
  assert.deepEqual([status, without.status, without.fields.code], [200, 401, '400']);
});

describe('row 45: key and issuer are one record', () => {
  const tied = (issuer: string | undefined, keyIssuer?: string) => {
    const one = testIssuer({
      now,
      ...(keyIssuer === undefined ? {} : { keyIssuer }),
      keys: ({ keys }) =>
        localKeys(keySetOf({ keys: keys.map((key) => ({ ...key, issuer })) }, ['RS256']) ?? assert.fail('no key set')),
    });
    return testService({ issuers: [one] });
  };
  const consumers = '9188040d-6c67-4c5b-b112-36a304b66dad';
  const ties: readonly (readonly [
    name: string,
    issuer: string | undefined,
    keyIssuer: string | undefined,
    status: number,
  ])[] = [
    ['to no issuer', undefined, undefined, 200],
    ['to the issuer’s template', 'https://login.example.com/{tenantid}/v2.0', undefined, 200],
    ['to the tenant’s own issuer', `https://login.example.com/${tenantId}/v2.0`, undefined, 200],
    ['to the consumers’ issuer', `https://login.example.com/${consumers}/v2.0`, undefined, 401],
    ['to another host', 'https://login.example.org/{tenantid}/v2.0', undefined, 401],
    [
      'to the issuer the record names',
      'https://keys.example.com/{tenantid}',
      'https://keys.example.com/{tenantid}',
      200,
    ],
    [
      'to the issuer when the record names another',
      'https://login.example.com/{tenantid}/v2.0',
      'https://keys.example.com/{tenantid}',
      401,
    ],
  ];
  for (const [name, issuer, keyIssuer, status] of ties) {
    test(`a key tied ${name}: ${status}`, async () => {
      const other = await tied(issuer, keyIssuer);
      assert.deepEqual(
        [(await other.exchange()).status, (await other.exchange({ api: 'legacy' })).status],
        [status, status],
      );
    });
  }

  test('issuers of one name, as two clouds have: the key says whose a token is, and what it is tied to', async () => {
    const cloud = (kid: string, tie: string, keyIssuer: string) =>
      testIssuer({
        now,
        keyIssuer,
        keys: ({ keys }) =>
          localKeys(keySetOf({ keys: keys.map((key) => ({ ...key, kid, issuer: tie })) }, ['RS256']) ?? assert.fail()),
      });
    const [one, other] = [cloud('one', 'https://one.example', 'https://one.example'), cloud('other', 'b', 'b')];
    const astray = cloud('astray', 'https://one.example', 'c');
    const clouds = await testService({ issuers: [one, other, astray] });
    const status = async (bearer: string) => (await clouds.exchange({ bearer })).status;
    const signed = (issuer: typeof one, kid: string) => issuer.bearer({ header: { kid } });
    assert.deepEqual([await status(signed(one, 'one')), await status(signed(other, 'other'))], [200, 200]);
    assert.deepEqual(
      [
        await status(signed(one, 'other')),
        await status(signed(other, 'one')),
        await status(signed(astray, 'astray')),
        await status(signed(one, 'none')),
      ],
      [401, 401, 401, 401],
    );
  });

  test('issuers of one name: the keys of one cannot be had, which says nothing of the other', async () => {
    const down = testIssuer({
      now,
      keys: () => ({ find: () => Promise.reject(new KeysUnavailable('down')) }),
    });
    const clouds = await testService({ issuers: [down, v2] });
    const status = async (kid: string) => (await clouds.exchange({ bearer: v2.bearer({ header: { kid } }) })).status;
    assert.deepEqual([await status(v2.kid), await status('unknown')], [200, 500]);
  });
});

describe('row 47: lifetime, inside', () => {
  const inside: readonly (readonly [name: string, claims: Readonly<Record<string, unknown>>])[] = [
    ['exp one second inside the skew', { exp: seconds - 299 }],
    ['exp a thousandth inside the skew', { exp: seconds - 299.999 }],
    ['nbf at the skew', { nbf: seconds + 300 }],
    ['iat at the skew', { iat: seconds + 300 }],
    ['iat long ago', { iat: 1 }],
  ];
  for (const [name, claims] of inside) taken(name, () => v2.bearer({ claims }));

  test('a smaller skew is kept, a larger one is not believed', async () => {
    const status = async (skewSeconds: number, exp: number) =>
      (await (await testService({ issuers: [v2], skewSeconds })).exchange({ bearer: v2.bearer({ claims: { exp } }) }))
        .status;
    assert.deepEqual(
      [
        await status(0, seconds),
        await status(0, seconds + 1),
        await status(3600, seconds - 300),
        await status(3600, seconds - 299),
      ],
      [401, 200, 401, 200],
    );
  });
});

describe('row 48: our own tokens', () => {
  test('our own output token', async () => {
    const { fields } = await service.exchange();
    await service.store.issuances.purge(new Date('9999-01-01'), 10);
    await assertRefused({ bearer: () => String(fields.access_token), code: '400' });
  });
  test('our own output token, even where our issuer were trusted by mistake', async () => {
    const { fields } = await service.exchange();
    const keys = localKeys(keySetOf({ keys: service.keys.published() }, ['RS256']) ?? assert.fail());
    const trusted = { ...v2.trusted, issuer: serviceIssuer, keys };
    const mistaken = await testService({ issuers: [{ ...v2, trusted }] });
    const answer = await mistaken.exchange({ bearer: String(fields.access_token) });
    assert.deepEqual([answer.status, answer.fields.code], [401, '400']);
    await service.store.issuances.purge(new Date('9999-01-01'), 10);
  });
});

describe('row 49: what is no ambiguity', () => {
  taken('blanks around are no ambiguity', () => v2.bearer({ payload: ` \n${payloadWith(v2, '"x":1')}\t ` }));
  taken('__proto__ as a name is a name', () => v2.bearer({ payload: payloadWith(v2, '"__proto__":{"roles":["x"]}') }));
});

describe('row 50: one token, two spellings that are both good', () => {
  const order = 0xffffffff00000000ffffffffffffffffbce6faada7179e84f3b9cac2fc632551n;

  test('ES256 with s → n − s is the same token: it hits the same record', async () => {
    const other = await testService({ issuers: [es256] });
    const token = es256.bearer();
    const signature = Buffer.from(token.split('.')[2] ?? '', 'base64url');
    const s = BigInt(`0x${signature.subarray(32).toString('hex')}`);
    const twin = Buffer.concat([
      signature.subarray(0, 32),
      Buffer.from((order - s).toString(16).padStart(64, '0'), 'hex'),
    ]).toString('base64url');
    const headers = { 'ms-requestid': 'one' };
    const first = await other.exchange({ bearer: token, headers });
    const second = await other.exchange({ bearer: token.replace(/[^.]*$/, twin), headers });
    assert.equal(second.fields.access_token, first.fields.access_token);
    assert.equal(second.headers['idempotent-replayed'], 'true');
  });
});

describe('row 51: the largest token', () => {
  taken('as large as is read', () => {
    const rest = 16_384 - v2.bearer({ claims: { x: '' } }).length;
    const token = v2.bearer({ claims: { x: 'a'.repeat(Math.floor((rest * 3) / 4) - 3) } });
    assert.ok(token.length <= 16_384 && token.length > 16_370, String(token.length));
    return token;
  });
});

describe('row 52: oddities of the Authorization header', () => {
  const token = v2.bearer();
  const values: readonly (readonly [
    name: string,
    value: string | readonly string[] | undefined,
    status: number,
    challenge?: string,
  ])[] = [
    ['none', undefined, 401, realm],
    ['two headers', [`Bearer ${token}`, `Bearer ${token}`], 401, realm],
    ['two headers, one of another scheme', [`Bearer ${token}`, 'Basic YTpi'], 401, realm],
    ['a list in one header', `Bearer ${token}, Bearer ${token}`, 401, realm],
    ['two tokens', `Bearer ${token} ${token}`, 401, realm],
    ['quotes', `Bearer "${token}"`, 401, realm],
    ['a parameter', `Bearer token=${token}`, 401, realm],
    ['a scheme that begins so', `BearerX ${token}`, 401, realm],
    ['no blank', `Bearer${token}`, 401, realm],
    ['a tab for a blank', `Bearer\t${token}`, 401, realm],
    ['lower case', `bearer ${token}`, 200],
    ['upper case', `BEARER ${token}`, 200],
    ['two blanks', `Bearer  ${token}`, 200],
  ];
  for (const [name, value, status, challenge] of values) {
    test(`${name}: ${status}`, async () => {
      const answer = await service.exchange({ bearer: '', headers: { authorization: value } });
      assert.deepEqual(
        [answer.status, answer.fields.code, answer.headers['www-authenticate']],
        [status, status === 200 ? undefined : '800001', challenge],
      );
    });
  }
  test('a token in the query or the body is no credential', async () => {
    const form = {
      contentType: 'application/x-www-form-urlencoded',
      body: `grant_type=jwt_token&access_token=${token}`,
    };
    const query = { query: `access_token=${token}` };
    for (const request of [form, query]) {
      const { status, fields } = await service.exchange({ bearer: '', ...request });
      assert.deepEqual([status, fields.code], [401, '800001']);
    }
  });
});

describe('row 53: authenticated but not allowed', () => {
  test('the answer depends on the signed claims alone and hints at nobody else', async () => {
    const enforcing = await testService({ issuers: [v2] });
    const cases = [
      [v2.bearer({ kind: 'user', claims: { amr: ['pwd'] } }), 401, '900421'],
      [v2.bearer({ claims: { tid: 'bbbbcccc-1111-dddd-2222-eeee3333ffff' } }), 404, '60003'],
      [v2.bearer({ claims: { azp: 'bbbbcccc-1111-dddd-2222-eeee3333ffff' } }), 403, '2032'],
    ] as const;
    for (const [bearer, status, code] of cases) {
      for (const headers of [{}, { amr: 'mfa', 'x-ms-tenant': tenantId, tid: tenantId }]) {
        const answer = await enforcing.exchange({ bearer, headers });
        assert.deepEqual([answer.status, answer.fields.code], [status, code]);
        assert.deepEqual(
          [tenantId, 'contoso', 'bbbbcccc', 'eyJ'].filter((hint) => answer.body.includes(hint)),
          [],
        );
      }
    }
  });
});

test('row 42: a key of each algorithm verifies what node:crypto signed', async () => {
  for (const algorithm of ['RS256', 'PS256', 'ES256'] as const) {
    const privateKey = newKey(algorithm);
    const other = await testService({ issuers: [testIssuer({ now, algorithm, privateKey })] });
    assert.equal((await other.exchange()).status, 200);
  }
});
