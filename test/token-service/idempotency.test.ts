import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { systemRandom } from '../../src/base/random.ts';
import type { Issuance, IssuanceStore } from '../../src/domain/issuance.ts';
import type { PartnerRegistry } from '../../src/domain/partner-registry.ts';
import type { Algorithm } from '../../src/jwt/index.ts';
import { memoryStore } from '../../src/store/memory/index.ts';
import { sqliteStore } from '../../src/store/sqlite/index.ts';
import type { Store } from '../../src/store/store.ts';
import { type Answer, tokenParts } from '../support/answer.ts';
import { type BearerChanges, testIssuer } from '../support/issuer.ts';
import { startServiceProcess } from '../support/service-process.ts';
import { sqliteFiles } from '../support/sqlite-file.ts';
import { type TestServiceOptions, testService, testStart } from '../support/token-service.ts';
import { until } from '../support/until.ts';

const nextFile = sqliteFiles();
const now = () => testStart;
const issuer = testIssuer({ now });
const everyone: PartnerRegistry = { standing: async () => ({ hasPartnerAccount: true, application: 'enabled' }) };
const newService = (options: TestServiceOptions = {}) =>
  testService({ issuers: [issuer], registry: everyone, ...options });

const token = ({ fields }: Answer): string => String(fields.access_token);
const jti = (answer: Answer) => tokenParts(token(answer)).claims.jti;
const replayed = ({ headers }: Answer) => headers['idempotent-replayed'];
const guid = '0a1b2c3d-4e5f-6071-8293-a4b5c6d7e8f9';
const withId = (id: string | undefined) => ({ headers: { 'ms-requestid': id } });

/** Every record of a store, counted by removing them all. */
const recordsIn = ({ issuances }: Store) => issuances.purge(new Date('9999-01-01'), 1_000_000);

const backends: Readonly<Record<string, (file: string) => Promise<Store>>> = {
  memory: async () => memoryStore(),
  SQLite: sqliteStore,
};
const algorithms: readonly Algorithm[] = ['RS256', 'PS256', 'ES256'];

for (const [backend, open] of Object.entries(backends)) {
  for (const algorithm of algorithms) {
    describe(`one ms-requestid: ${backend}, ${algorithm}`, () => {
      test('row 62: 200 at once, at 20 services of one store: one token of one record, and one of them is the first', async () => {
        const store = await open(nextFile());
        const options = { store, algorithm, sealingKey: systemRandom.bytes(32) };
        const services = [await newService(options)];
        while (services.length < 20) services.push(await newService(options));
        const copies = Array.from({ length: 10 }, () => services).flat();
        const answers = await Promise.all(copies.map((service) => service.exchange(withId(guid))));
        assert.deepEqual([...new Set(answers.map(({ status }) => status))], [200]);
        assert.equal(new Set(answers.map(token)).size, 1);
        assert.equal(new Set(answers.map(jti)).size, 1);
        assert.equal(answers.filter((answer) => replayed(answer) === undefined).length, 1);
        assert.equal(answers.filter((answer) => replayed(answer) === 'true').length, 199);
        assert.equal(await recordsIn(store), 1);
        await store.close();
      });

      test('row 61: one after the other, 100 times, get the same', async () => {
        const store = await open(nextFile());
        const service = await newService({ store, algorithm });
        const first = await service.exchange(withId(guid));
        assert.equal(replayed(first), undefined);
        for (let count = 0; count < 100; count++) {
          const again = await service.exchange(withId(guid));
          assert.deepEqual([again.status, again.fields, replayed(again)], [200, first.fields, 'true']);
        }
        assert.equal(await recordsIn(store), 1);
        await store.close();
      });
    });
  }
}

describe('row 62: copies at once at one service', () => {
  /** Counts what is claimed, and lets nothing be claimed before `release`. */
  async function heldService() {
    const store = memoryStore();
    const { promise: released, resolve, reject } = Promise.withResolvers<void>();
    let claims = 0;
    const claim: IssuanceStore['claim'] = async (candidate, instant) => {
      claims += 1;
      await released;
      return store.issuances.claim(candidate, instant);
    };
    const service = await newService({ store: { ...store, issuances: { ...store.issuances, claim } } });
    return {
      service,
      claims: () => claims,
      release: resolve,
      fail: () => reject(new Error('the connection was lost')),
    };
  }

  test('wait for one that is signed and recorded, another id for itself; of the other API none is issued', async () => {
    const { service, claims, release } = await heldService();
    const copies = Array.from({ length: 20 }, () => service.exchange(withId(guid)));
    await until('a claim', () => claims() === 1);
    const onOther = service.exchange({ api: 'legacy', ...withId(guid) });
    const other = service.exchange(withId(systemRandom.guid()));
    await until('three claims', () => claims() === 3);
    release();
    const answers = await Promise.all(copies);
    assert.equal(new Set(answers.map(token)).size, 1);
    assert.deepEqual(answers.map(replayed), [undefined, ...Array(19).fill('true')]);
    const { status, fields } = await onOther;
    assert.deepEqual([status, fields.data, fields.access_token], [400, ['ms-requestid'], undefined]);
    assert.notEqual(token(await other), token((await copies[0]) as Answer));
    assert.equal(replayed(await service.exchange(withId(guid))), 'true');
    assert.equal(claims(), 4);
  });

  test('fail with it, and whoever comes afterwards is on their own', async () => {
    const { service, claims, fail } = await heldService();
    const copies = Array.from({ length: 20 }, () => service.exchange(withId(guid)));
    await until('a claim', () => claims() === 1);
    fail();
    const answers = await Promise.all(copies);
    assert.deepEqual([...new Set(answers.map(({ status }) => status))], [500]);
    assert.equal((await service.exchange(withId(guid))).status, 500);
    assert.equal(claims(), 2);
  });

  test('of another caller share nothing', async () => {
    const { service, claims, release } = await heldService();
    const one = service.exchange(withId(guid));
    const bearer = issuer.bearer({ claims: { oid: systemRandom.guid(), sub: 'another' } });
    const other = service.exchange({ bearer, ...withId(guid) });
    await until('two claims', () => claims() === 2);
    release();
    assert.notEqual(jti(await one), jti(await other));
  });
});

describe('row 66: after a restart on the same database', () => {
  for (const algorithm of algorithms) {
    test(`${algorithm}: the same token, and the key set still holds its key`, async () => {
      const file = nextFile();
      const sealingKey = systemRandom.bytes(32);
      const store = await sqliteStore(file);
      const service = await newService({ store, sealingKey, algorithm });
      const answers = await Promise.all(Array.from({ length: 200 }, () => service.exchange(withId(guid))));
      await store.close();

      const reopened = await sqliteStore(file);
      const restarted = await newService({ store: reopened, sealingKey, algorithm });
      const again = await restarted.exchange(withId(guid));
      assert.deepEqual([...new Set([...answers, again].map(token))], [token(again)]);
      assert.equal(replayed(again), 'true');
      const { kid } = tokenParts(token(again)).header;
      assert.deepEqual(
        restarted.keys.published().map((key) => key.kid),
        [kid],
      );
      await reopened.close();
    });
  }

  test('another sealing key is refused at the start, not at the first request', async () => {
    const file = nextFile();
    const store = await sqliteStore(file);
    await newService({ store });
    await assert.rejects(newService({ store }), { name: 'PartnerAuthError' });
    await store.close();
  });
});

describe('expires_in tells the truth', () => {
  test('a replay says what is left, in the words of each API and syntax', async () => {
    for (const [api, full, left] of [
      ['v3', 3600, 2600],
      ['legacy', '3600', '2600'],
    ] as const) {
      const service = await newService();
      const first = await service.exchange({ api, ...withId(guid) });
      assert.equal(first.fields.expires_in, full);
      service.clock.advance(1000);
      const again = await service.exchange({ api, ...withId(guid) });
      assert.equal(again.fields.expires_in, left);
      const xml = await service.exchange({ api, accept: 'application/xml', ...withId(guid) });
      assert.equal(xml.fields.expires_in, '2600');
      assert.equal(token(again), token(first));
      assert.equal(token(xml), token(first));
      assert.equal(tokenParts(token(again)).claims.exp, testStart.getTime() / 1000 + 3600);
    }
  });

  test('a token does not outlive its bearer', async () => {
    const service = await newService();
    const exp = testStart.getTime() / 1000 + 1200;
    const answer = await service.exchange({ bearer: issuer.bearer({ claims: { exp } }) });
    assert.deepEqual([answer.fields.expires_in, tokenParts(token(answer)).claims.exp], [1200, exp]);
  });

  test('row 72: the record lives as long as its token and not a moment longer', async () => {
    const service = await newService();
    const exp = testStart.getTime() / 1000 + 86_400;
    const bearer = issuer.bearer({ claims: { exp } });
    const first = await service.exchange({ bearer, ...withId(guid) });
    service.clock.advance(3599.999);
    const last = await service.exchange({ bearer, ...withId(guid) });
    service.clock.advance(0.001);
    const next = await service.exchange({ bearer, ...withId(guid) });
    assert.deepEqual([token(last), last.fields.expires_in, replayed(last)], [token(first), 1, 'true']);
    assert.notEqual(jti(next), jti(first));
    assert.deepEqual([next.fields.expires_in, replayed(next)], [3600, undefined]);
  });

  test('row 72: a purge takes expired records only, and a clock set back revives none and loses none', async () => {
    for (const open of Object.values(backends)) {
      const store = await open(nextFile());
      const service = await newService({ store });
      const issued = testStart.getTime() / 1000 - 3000;
      const request = { bearer: issuer.bearer({ claims: { iat: issued, nbf: issued } }), ...withId(guid) };
      const first = await service.exchange(request);
      service.clock.advance(-3000);
      assert.equal(token(await service.exchange(request)), token(first));
      assert.equal(await store.issuances.purge(service.clock.now(), 100), 0);
      service.clock.advance(3000 + 3600);
      assert.equal(await store.issuances.purge(service.clock.now(), 100), 1);
      assert.equal(await recordsIn(store), 0);
      await store.close();
    }
  });
});

describe('rows 69 and 79: what counts as one id', () => {
  const same: readonly (readonly [name: string, id: string])[] = [
    ['upper case', guid.toUpperCase()],
    ['mixed case', '0A1b2C3d-4e5F-6071-8293-a4B5c6D7e8F9'],
    ['braces', `{${guid}}`],
    ['braces and upper case', `{${guid.toUpperCase()}}`],
    ['parentheses', `(${guid})`],
    ['digits alone', guid.replaceAll('-', '')],
    ['digits alone, upper case', guid.replaceAll('-', '').toUpperCase()],
  ];
  for (const [name, id] of same) {
    test(`row 69: a GUID in ${name} is the same, and is echoed as it was sent`, async () => {
      const service = await newService();
      const first = await service.exchange(withId(guid));
      const again = await service.exchange(withId(id));
      assert.deepEqual([token(again), replayed(again)], [token(first), 'true']);
      assert.equal(again.headers['ms-requestid'], id);
    });
  }

  const different = [
    ['007', '7'],
    ['0x1F', '31'],
    ['1e3', '1000'],
    ['true', 'TRUE'],
    ['null', 'undefined'],
    ['a', 'A'],
    ['a  b', 'a b'],
    ['a', '"a"'],
    [`{${guid}`, guid],
    [`{${guid})`, guid],
    [`${guid}-`, guid],
    [guid.slice(1), guid],
    ['__proto__', 'constructor'],
    ['a'.repeat(128), 'a'.repeat(127)],
  ];
  for (const [left = '', right = ''] of different) {
    test(`row 79: ${left} and ${right} are two, and each is echoed as it was sent`, async () => {
      const service = await newService();
      const answers = [await service.exchange(withId(left)), await service.exchange(withId(right))];
      assert.deepEqual(
        answers.map((answer) => [answer.status, answer.headers['ms-requestid'], replayed(answer)]),
        [
          [200, left, undefined],
          [200, right, undefined],
        ],
      );
      assert.equal(new Set(answers.map(jti)).size, 2);
    });
  }

  test('without an id every request is a new one', async () => {
    const service = await newService();
    const answers = await Promise.all(Array.from({ length: 20 }, () => service.exchange()));
    assert.equal(new Set(answers.map(jti)).size, 20);
    assert.deepEqual([...new Set(answers.map(replayed))], [undefined]);
    assert.equal(await recordsIn(service.store), 20);
  });

  test('the correlation id plays no part', async () => {
    const service = await newService();
    const send = (correlationId: string) =>
      service.exchange({ headers: { 'ms-requestid': guid, 'ms-correlationid': correlationId } });
    assert.equal(token(await send('one')), token(await send('two')));
  });
});

describe('row 63: the same id of another caller is another request', () => {
  const another = testIssuer({ now, issuer: 'https://login.example.org/{tenantid}/v2.0' });
  const tid = 'bbbbcccc-1111-dddd-2222-eeee3333ffff';
  const callers: readonly (readonly [name: string, bearer: () => string])[] = [
    ['subject', () => issuer.bearer({ claims: { sub: 'another' } })],
    ['application', () => issuer.bearer({ claims: { azp: '11112222-bbbb-3333-cccc-4444dddd5555' } })],
    ['tenant', () => issuer.bearer({ claims: { tid } })],
    ['issuer', () => another.bearer()],
    ['user of the application', () => issuer.bearer({ kind: 'user' })],
  ];
  for (const [name, bearer] of callers) {
    test(`another ${name}`, async () => {
      const service = await newService({ issuers: [issuer, another] });
      const mine = await service.exchange(withId(guid));
      const theirs = await service.exchange({ bearer: bearer(), ...withId(guid) });
      assert.equal(replayed(theirs), undefined);
      assert.notEqual(jti(theirs), jti(mine));
      assert.equal(token(await service.exchange(withId(guid))), token(mine));
      assert.equal(token(await service.exchange({ bearer: bearer(), ...withId(guid) })), token(theirs));
    });
  }

  test('parts of a caller do not run into each other', async () => {
    const service = await newService();
    const callers = [
      { sub: 'a","b', azp: 'c' },
      { sub: 'b', azp: 'c","a' },
      { sub: 'ab', azp: 'c' },
      { sub: 'a', azp: 'bc' },
    ];
    const answers = [];
    for (const claims of callers) {
      answers.push(await service.exchange({ bearer: issuer.bearer({ claims }), ...withId(guid) }));
    }
    assert.deepEqual(answers.map(replayed), [undefined, undefined, undefined, undefined]);
    assert.equal(new Set(answers.map(jti)).size, 4);
  });

  test('a newer bearer of the same caller is the same caller', async () => {
    const service = await newService();
    const first = await service.exchange(withId(guid));
    const bearer = issuer.bearer({ claims: { uti: 'newer', exp: testStart.getTime() / 1000 + 5000 } });
    assert.equal(token(await service.exchange({ bearer, ...withId(guid) })), token(first));
  });
});

describe('row 64: the same id with another content', () => {
  test('the other API is refused and the first token stays', async () => {
    for (const [first, second] of [
      ['v3', 'legacy'],
      ['legacy', 'v3'],
    ] as const) {
      const service = await newService();
      const original = await service.exchange({ api: first, ...withId(guid) });
      const refused = await service.exchange({ api: second, ...withId(guid) });
      assert.deepEqual([refused.status, refused.fields.code, refused.fields.data], [400, '800002', ['ms-requestid']]);
      assert.equal(token(await service.exchange({ api: first, ...withId(guid) })), token(original));
      assert.equal(await recordsIn(service.store), 1);
    }
  });

  test('the same content in another syntax, path or answer type is the same request', async () => {
    const service = await newService();
    const first = await service.exchange(withId(guid));
    const others = [
      { contentType: 'text/xml', body: '<a><grant_type>jwt_token</grant_type></a>' },
      { contentType: 'application/x-www-form-urlencoded', body: 'grant_type=jwt_token&x=1' },
      { path: '/V3/GenerateToken' },
      { accept: 'application/xml' },
    ];
    for (const request of others) {
      assert.equal(token(await service.exchange({ ...request, ...withId(guid) })), token(first));
    }
  });
});

test('row 65: an id answers nothing to a caller who is not verified', async () => {
  const service = await newService();
  const first = await service.exchange(withId(guid));
  const seconds = testStart.getTime() / 1000;
  const unverified: readonly BearerChanges[] = [
    { claims: { exp: seconds - 301 } },
    { sign: () => Buffer.alloc(256) },
    { header: { kid: 'another' } },
  ];
  for (const changes of unverified) {
    const { status, fields } = await service.exchange({ bearer: issuer.bearer(changes), ...withId(guid) });
    assert.deepEqual([status, fields.code, fields.access_token], [401, '400', undefined]);
  }
  const without = await service.exchange({ bearer: '', ...withId(guid) });
  assert.deepEqual([without.status, without.fields.access_token], [401, undefined]);
  assert.equal(token(await service.exchange(withId(guid))), token(first));
});

describe('row 68: failures are not stored', () => {
  test('refused requests leave no record, and the id is then good', async () => {
    let waitSeconds: number | undefined;
    const service = await newService({ limit: { take: () => waitSeconds } });
    const seconds = testStart.getTime() / 1000;
    const failures = [
      { bearer: '' },
      { bearer: issuer.bearer({ claims: { exp: seconds - 301 } }) },
      { bearer: issuer.bearer({ claims: { aud: 'https://graph.microsoft.com' } }) },
      { body: '{}' },
      { body: '{"grant_type":"password"}' },
      { contentType: 'text/plain' },
      { accept: 'image/png' },
      { method: 'GET' },
    ];
    for (const failure of failures) {
      const { status } = await service.exchange({ ...failure, ...withId(guid) });
      assert.ok(status >= 400 && status < 500, String(status));
    }
    waitSeconds = 1;
    assert.equal((await service.exchange(withId(guid))).status, 429);
    waitSeconds = undefined;
    const good = await service.exchange(withId(guid));
    assert.deepEqual([good.status, replayed(good)], [200, undefined]);
    assert.equal(await recordsIn(service.store), 1);
  });

  test('row 67: a store that fails, before or after its commit: 500, then one token for the id', async () => {
    for (const commits of [false, true]) {
      const store = memoryStore();
      let down = true;
      const failing: Store = {
        ...store,
        issuances: {
          ...store.issuances,
          async claim(candidate, instant) {
            const claimed = down && !commits ? undefined : await store.issuances.claim(candidate, instant);
            if (!claimed || down) throw new Error('the connection was lost');
            return claimed;
          },
        },
      };
      const service = await newService({ store: failing });
      const lost = await service.exchange(withId(guid));
      assert.deepEqual([lost.status, lost.fields.code, lost.headers['retry-after']], [500, '800003', '1']);
      down = false;
      const answers = [await service.exchange(withId(guid)), await service.exchange(withId(guid))];
      assert.equal(new Set(answers.map(jti)).size, 1);
      assert.deepEqual(answers.map(replayed), [commits ? 'true' : undefined, 'true']);
    }
  });
});

test('row 62: two processes on one database file: one token for each id', async () => {
  const options = {
    file: nextFile(),
    sealingKey: systemRandom.bytes(32),
    issuerKey: issuer.privateKey.export({ type: 'pkcs8', format: 'pem' }).toString(),
  };
  const [left, right] = await Promise.all([startServiceProcess(options), startServiceProcess(options)]);
  await using _left = left;
  await using _right = right;
  const bearer = issuer.bearer();
  const exchange = async (origin: string, id: string) => {
    const headers = {
      Authorization: `Bearer ${bearer}`,
      Accept: 'application/json',
      'Content-Type': 'application/json',
      'ms-requestid': id,
    };
    const response = await fetch(`${origin}/v3/generatetoken`, {
      method: 'POST',
      headers,
      body: '{"grant_type":"jwt_token"}',
    });
    const { access_token: accessToken } = (await response.json()) as { access_token: string };
    return { id, status: response.status, accessToken, first: response.headers.get('idempotent-replayed') === null };
  };
  const ids = Array.from({ length: 20 }, (_, index) => `id-${index}`);
  const copies = ids.flatMap((id) => Array.from({ length: 5 }, () => [left, right].map(({ origin }) => [origin, id])));
  const answers = await Promise.all(copies.flat().map(([origin = '', id = '']) => exchange(origin, id)));
  assert.deepEqual([...new Set(answers.map(({ status }) => status))], [200]);
  for (const id of ids) {
    const ofId = answers.filter((answer) => answer.id === id);
    assert.equal(ofId.length, 10);
    assert.equal(new Set(ofId.map(({ accessToken }) => accessToken)).size, 1);
    assert.equal(ofId.filter(({ first }) => first).length, 1);
  }
});

describe('a record that was changed since its token was issued gives no token', () => {
  const first = { 'ms-requestid': guid };
  const other = issuer.bearer({ claims: { sub: 'somebody-else', oid: 'somebody-else' } });
  const changes: Readonly<Record<string, (kept: Issuance, key: Uint8Array) => Issuance>> = {
    'more roles in its claims': (kept) => ({
      ...kept,
      claims: JSON.stringify({ ...JSON.parse(kept.claims), roles: ['Everything'] }),
    }),
    'another life': (kept) => ({ ...kept, claims: JSON.stringify({ ...JSON.parse(kept.claims), exp: 9_999_999_999 }) }),
    'moved to another caller’s key': (kept, key) => ({ ...kept, key }),
  };
  for (const [name, change] of Object.entries(changes)) {
    test(name, async () => {
      const store = memoryStore();
      let kept: Issuance | undefined;
      const { claim } = store.issuances;
      const issuances: IssuanceStore = {
        ...store.issuances,
        claim: async (candidate, at) => {
          if (kept) return { first: false, issuance: change(kept, candidate.key) };
          const claimed = await claim(candidate, at);
          kept = claimed.issuance;
          return claimed;
        },
      };
      const service = await newService({ store: { ...store, issuances } });
      assert.equal((await service.exchange({ headers: first })).status, 200);
      const moved = name.startsWith('moved');
      const again = await service.exchange(moved ? { headers: first, bearer: other } : { headers: first });
      assert.deepEqual([again.status, again.fields.code, again.fields.access_token], [500, '800003', undefined]);
    });
  }
});
