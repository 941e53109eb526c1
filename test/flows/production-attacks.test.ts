import assert from 'node:assert/strict';
import { createHmac, createPublicKey, generateKeyPairSync, sign } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { after, describe, type TestContext, test } from 'node:test';
import { systemRandom } from '../../src/base/random.ts';
import { generateTokenPaths } from '../../src/protocol/generate-token.ts';
import { canary } from '../support/canary.ts';
import { percentile } from '../support/figures.ts';
import { newKey, signBytes, type TestIssuer, testIssuer } from '../support/issuer.ts';
import { type Attack, jwtAttacks } from '../support/jwt-attacks.ts';
import { keyServer } from '../support/key-server.ts';
import { sendRaw, statusesOf } from '../support/raw-socket.ts';
import { productionFolder } from '../support/served-production.ts';
import { assertWithin } from '../support/times.ts';
import {
  bentEcdsa,
  bentPkcs1,
  bentPss,
  pkcs1Block,
  privateKeyOf,
  type VectorGroup,
  vectorGroups,
} from '../support/wycheproof.ts';

/**
 * Attacks on bearers through a served node, on both paths; healthy ones of the same issuers go between them. Afterwards the
 * store, the audit, the figures and the log are recounted.
 */

const now = () => new Date();
const all = ['RS256', 'PS256', 'ES256'];
const issuers = {
  v2: testIssuer({ now }),
  v1: testIssuer({ now, version: '1.0' }),
  es256: testIssuer({ now, algorithm: 'ES256', issuer: 'https://es.example.com/{tenantid}' }),
  ps256: testIssuer({ now, algorithm: 'PS256', issuer: 'https://ps.example.com/{tenantid}' }),
};

/** Each group of vectors is an issuer that publishes the group's keys, and one of the test's own that nothing is wrong with. */
interface VectorIssuer {
  readonly group: VectorGroup;
  readonly issuer: TestIssuer;
}
const { privateKey } = issuers.v2;
const vectorIssuers = (['json_web_signature_test.json', 'json_web_key_test.json'] as const).flatMap((file) =>
  vectorGroups(file).map((group, index): VectorIssuer => {
    const issuer = `https://vectors.example.com/${file}/${index}/{tenantid}`;
    return { group, issuer: testIssuer({ now, privateKey, issuer }) };
  }),
);

function keysOf(group: VectorGroup | undefined): readonly unknown[] {
  const one = (group?.public ?? group?.private) as { keys?: readonly unknown[] } | undefined;
  return one?.keys ?? [one];
}

/** Row 43: keys that vouch for nothing, in one set with a good one; `sign` signs well by each. */
interface WeakKey {
  readonly jwk: object;
  readonly algorithm?: string;
  readonly sign?: (input: string) => Uint8Array;
}
const strong = newKey('RS256');
const strongJwk = createPublicKey(strong).export({ format: 'jwk' });
const short = generateKeyPairSync('rsa', { modulusLength: 1024 });
const otherCurve = generateKeyPairSync('ec', { namedCurve: 'P-384' });
const exponentOne = vectorGroups('json_web_key_test.json').find(({ comment }) => comment === 'exponentOne');
const weakKeys: Readonly<Record<string, WeakKey>> = {
  'of 1024 bits': {
    jwk: short.publicKey.export({ format: 'jwk' }),
    sign: (input) => signBytes('RS256', short.privateKey, input),
  },
  // What is raised to the power of one needs no private key.
  'with the exponent 1': { jwk: Object(keysOf(exponentOne)[0]), sign: (input) => pkcs1Block(strong, input) },
  'for encryption': { jwk: { ...strongJwk, use: 'enc' } },
  'that may not verify': { jwk: { ...strongJwk, key_ops: ['encrypt', 'sign'] } },
  'with its private members': { jwk: strong.export({ format: 'jwk' }) },
  'of an algorithm nobody configured': { jwk: { ...strongJwk, alg: 'RS512' } },
  'whose kid is there twice': { jwk: strongJwk },
  'on another curve': {
    jwk: otherCurve.publicKey.export({ format: 'jwk' }),
    algorithm: 'ES256',
    sign: (input) => signBytes('ES256', otherCurve.privateKey, input),
  },
  'that is symmetric': {
    jwk: { kty: 'oct', k: Buffer.alloc(32, 5).toString('base64url') },
    algorithm: 'HS256',
    sign: (input) => createHmac('sha256', Buffer.alloc(32, 5)).update(input).digest(),
  },
};
const weak = testIssuer({ now, privateKey: strong, issuer: 'https://weak.example.com/{tenantid}' });
const weakJwks = [
  ...weak.jwks.keys,
  ...Object.entries(weakKeys).map(([kid, { jwk }]) => ({ ...jwk, kid })),
  { ...otherCurve.publicKey.export({ format: 'jwk' }), kid: 'whose kid is there twice' },
];

/** Row 44: keys that do not say what they are for, of issuers that do. */
const silent = {
  RS256: testIssuer({ now, privateKey: strong, issuer: 'https://silent.example.com/rsa/{tenantid}' }),
  ES256: testIssuer({ now, algorithm: 'ES256', issuer: 'https://silent.example.com/ec/{tenantid}' }),
};

const keys = await keyServer(['keys.example.com']);
const folder = await productionFolder();
const auditFile = join(dirname(folder.file), 'audit.log');
const bird = await canary();

interface Published {
  readonly issuer: TestIssuer;
  readonly jwks: readonly unknown[];
  /** Default: all there are. */
  readonly algorithms?: readonly string[];
}
const published: readonly Published[] = [
  ...Object.values(issuers).map((issuer) => ({ issuer, jwks: issuer.jwks.keys })),
  ...vectorIssuers.map(({ issuer, group }) => ({ issuer, jwks: [...keysOf(group), ...issuer.jwks.keys] })),
  { issuer: weak, jwks: weakJwks },
  ...Object.values(silent).map((issuer) => ({
    issuer,
    jwks: issuer.jwks.keys.map(({ alg: _, ...jwk }) => jwk),
    algorithms: issuer.trusted.algorithms,
  })),
];
const node = await folder.start(
  {
    trustedIssuers: published.map(({ issuer: { trusted }, jwks, algorithms = all }, index) => {
      const jwksUri = `https://keys.example.com/${index}`;
      keys.publish(jwksUri, { keys: jwks });
      return { issuer: trusted.issuer, jwksUri, tokenVersion: trusted.tokenVersion, algorithms };
    }),
    audit: { file: auditFile },
    logLevel: 'info',
  },
  { keyServer: keys },
);
after(async () => {
  folder.remove();
  bird.close();
  await keys.close();
});

interface Sent {
  readonly requestId: string;
  readonly token: string;
  readonly status: number;
}
/** Whatever was answered by the service, and what the protocol itself refused before it. */
const answered: Sent[] = [];
const unread: Sent[] = [];
const milliseconds: number[] = [];
const realm = 'Bearer realm="https://api.partnercenter.microsoft.com"';

async function send(path: string, token: string) {
  const requestId = systemRandom.guid();
  const began = performance.now();
  const headers = { authorization: `Bearer ${token}`, accept: 'application/json', 'ms-requestid': requestId };
  const response = await fetch(`http://127.0.0.1:${node.port}${path}`, {
    method: 'POST',
    headers: { ...headers, 'content-type': 'application/json' },
    body: '{"grant_type":"jwt_token"}',
  });
  const fields = (await response.json()) as { code?: string; access_token?: string };
  milliseconds.push(performance.now() - began);
  answered.push({ requestId, token, status: response.status });
  const { headers: named } = response;
  assert.deepEqual([named.get('ms-requestid'), named.get('cache-control')], [requestId, 'no-store']);
  return { status: response.status, fields, challenge: named.get('www-authenticate') };
}

/** What no client would send, or none as it is. */
const isUnusual = (token: string) => token.length > 8000 || !/^[\x21-\x7e]+$/.test(token);

async function sendUnusual(path: string, token: string): Promise<void> {
  const requestId = systemRandom.guid();
  const lines = [`POST ${path} HTTP/1.1`, 'Host: localhost', 'Accept: application/json', `ms-requestid: ${requestId}`];
  const rest = ['Content-Length: 0', 'Connection: close', '', ''];
  const [status = 0] = statusesOf(
    await sendRaw(node.port, [...lines, `Authorization: Bearer ${token}`, ...rest].join('\r\n')),
  );
  const isRead = status === 401;
  // Of what is too long the rest is not read: whoever still writes may find the connection gone before the answer.
  assert.ok(isRead || status === 400 || status === 431 || (status === 0 && token.length > 16_384), `${status}`);
  (isRead ? answered : unread).push({ requestId, token, status });
}

async function assertRefused({ bearer, code }: Pick<Attack, 'bearer' | 'code'>): Promise<void> {
  const token = bearer();
  for (const path of Object.values(generateTokenPaths)) {
    if (isUnusual(token)) {
      await sendUnusual(path, token);
      continue;
    }
    const { status, fields, challenge } = await send(path, token);
    assert.deepEqual([status, fields.code, fields.access_token], [401, code, undefined]);
    assert.equal(challenge, code === '800001' ? realm : `${realm}, error="invalid_token"`);
  }
}

async function assertTaken(token: string): Promise<void> {
  for (const path of Object.values(generateTokenPaths)) assert.equal((await send(path, token)).status, 200);
}

/** Eight at a time, and after every eight of them healthy bearers of `twins`, which differ from them in nothing but the defect. */
async function assault(t: TestContext, attacks: readonly Attack[], twins: readonly (() => string)[]): Promise<void> {
  assert.ok(attacks.length > 0);
  for (let done = 0; done < attacks.length; done += 8) {
    await Promise.all(
      attacks.slice(done, done + 8).map((attack) =>
        assertRefused(attack).catch((cause) => {
          throw new Error(`${attack.row}, ${attack.name}`, { cause });
        }),
      ),
    );
    const twin = twins[(done / 8) % twins.length];
    if (twin) await assertTaken(twin());
  }
  for (const twin of twins) await assertTaken(twin());
  t.diagnostic(`${attacks.length} attacks on both paths, 0 accepted`);
}

const userOf = (issuer: TestIssuer) => () => issuer.bearer({ kind: 'user' });
const healthy = [
  ...Object.values(issuers).map((issuer) => () => issuer.bearer()),
  userOf(issuers.v1),
  userOf(issuers.v2),
];

describe('attacks on bearers, through the served command', () => {
  const attacks = jwtAttacks({ ...issuers, now, canary: bird.url, lateness: 60 });
  for (const [row, ofRow = []] of Object.entries(Object.groupBy(attacks, (attack) => attack.row))) {
    test(row, (t) => assault(t, ofRow, healthy));
  }

  test('row 42: every vector of Wycheproof, where its group’s keys are published', async (t) => {
    const vectors = vectorIssuers.flatMap(({ group: { tests } }) => tests);
    assert.equal(vectors.length, 401 + 26);
    // A payload of theirs is no set of claims: those that are signed well are refused for that.
    const attack = ({ jws, tcId, comment }: (typeof vectors)[number]): Attack => {
      const isCredential = /^[A-Za-z0-9._~+/-]+=*$/.test(jws);
      return { row: 'row 42', name: `${tcId} ${comment}`, bearer: () => jws, code: isCredential ? '400' : '800001' };
    };
    await assault(
      t,
      vectors.map(attack),
      vectorIssuers.map(
        ({ issuer }) =>
          () =>
            issuer.bearer(),
      ),
    );
  });

  test('row 42: the vectors’ defects on good claims, signed with the vectors’ keys', async (t) => {
    const at = (comment: string) =>
      vectorIssuers.find(({ group }) => group.comment === comment) ?? assert.fail(comment);
    const of = (one: VectorIssuer, algorithm: string, sign: (input: string) => Uint8Array) => () => {
      const [{ kid }] = keysOf(one.group) as [{ kid: string }];
      return one.issuer.bearer({ header: { alg: algorithm, kid }, sign });
    };
    const [rs256, ps256, es256] = [at('rs256'), at('ps256'), at('SpecialCaseEs256')];
    const keyOf = (one: VectorIssuer) => privateKeyOf(one.group);
    const invalid = rs256.group.tests.filter(({ result }) => result === 'invalid');
    const valid = rs256.group.tests.filter(({ result }) => result === 'valid');
    const pss = bentPss(keyOf(ps256));
    const bent = [
      { one: rs256, algorithm: 'RS256', signatures: bentPkcs1(keyOf(rs256), invalid) },
      { one: ps256, algorithm: 'PS256', signatures: pss.bent },
      { one: es256, algorithm: 'ES256', signatures: bentEcdsa(keyOf(es256), es256.group.tests) },
    ];
    const straight = [
      ...bentPkcs1(keyOf(rs256), valid).map(({ sign }) => of(rs256, 'RS256', sign)),
      of(ps256, 'PS256', pss.straight.sign),
      ...bentEcdsa(keyOf(es256), [...es256.group.tests.slice(0, 1), ...es256.group.tests.slice(0, 1)]).map(({ sign }) =>
        of(es256, 'ES256', sign),
      ),
    ];
    assert.equal(straight.length, 3);
    const attacks = bent.flatMap(({ one, algorithm, signatures }) =>
      signatures.map(({ name, sign }) => ({ row: algorithm, name, bearer: of(one, algorithm, sign), code: '400' })),
    );
    t.diagnostic(bent.map(({ algorithm, signatures }) => `${algorithm} ${signatures.length}`).join(', '));
    await assault(t, attacks, straight);
  });

  test('row 43: keys that are too weak or for something else, published beside a good one', async (t) => {
    const attacks = Object.entries(weakKeys).map(([kid, { algorithm = 'RS256', sign }]) => ({
      ...{ row: 'row 43', name: kid, code: '400' },
      bearer: () => weak.bearer({ header: { alg: algorithm, kid }, ...(sign ? { sign } : {}) }),
    }));
    await assault(t, attacks, [() => weak.bearer()]);
    const lines = node.said().trimEnd().split('\n');
    const alarms = lines.map((line) => JSON.parse(line)).filter(({ msg }) => msg === 'A published key is not used');
    const named = new Set(alarms.map(({ kid }) => kid));
    assert.deepEqual(
      Object.keys(weakKeys).filter((kid) => !named.has(kid)),
      [],
    );
  });

  test('row 44: the issuer’s record chooses the algorithm, where its key names none', async (t) => {
    const { RS256: rsa, ES256: ec } = silent;
    const attack = (name: string, bearer: () => string): Attack => ({ row: 'row 44', name, bearer, code: '400' });
    const sha384 = (input: string) =>
      sign('sha384', Buffer.from(input), { key: ec.privateKey, dsaEncoding: 'ieee-p1363' });
    const attacks = [
      attack('PS256 by an RSA key', () =>
        rsa.bearer({ header: { alg: 'PS256' }, sign: (input) => signBytes('PS256', strong, input) }),
      ),
      attack('PS256 called RS256', () => rsa.bearer({ sign: (input) => signBytes('PS256', strong, input) })),
      attack('RS256 called PS256', () => rsa.bearer({ header: { alg: 'PS256' } })),
      attack('RS384', () =>
        rsa.bearer({ header: { alg: 'RS384' }, sign: (input) => sign('sha384', Buffer.from(input), strong) }),
      ),
      attack('ES384 by a key on P-256', () => ec.bearer({ header: { alg: 'ES384' }, sign: sha384 })),
      attack('ES384 called ES256', () => ec.bearer({ sign: sha384 })),
      attack('RS256 by an EC key', () => ec.bearer({ header: { alg: 'RS256' } })),
    ];
    await assault(t, attacks, [() => rsa.bearer(), () => ec.bearer()]);
  });

  test('row 48: our own tokens are no bearers here', async (t) => {
    const { fields } = await send('/v3/generatetoken', issuers.v2.bearer());
    const own = String(fields.access_token);
    assert.equal(own.split('.').length, 3);
    await assault(t, [{ row: 'row 48', name: 'our own', bearer: () => own, code: '400' }], [issuers.v2.bearer]);
  });
});

test('rows 37 to 51: recounted: no record, one line of audit each, the figures agree, the log holds no token', async (t) => {
  const refused = answered.filter(({ status }) => status === 401);
  const taken = answered.filter(({ status }) => status === 200);
  assert.equal(refused.length + taken.length, answered.length);
  const metrics = await (await fetch(`http://127.0.0.1:${node.port}/metrics`)).text();
  const counted = (status: number) =>
    [...metrics.matchAll(/^partner_auth_exchanges_total\{(.*)\} (\d+)$/gm)]
      .filter(([, labels]) => labels?.includes(`status="${status}"`))
      .reduce((sum, [, , count]) => sum + Number(count), 0);
  assert.deepEqual([counted(401), counted(200)], [refused.length, taken.length]);

  node.child.kill('SIGTERM');
  assert.equal(await node.ended, 0);
  const store = await folder.openStore();
  assert.equal(await store.issuances.purge(new Date('9999-01-01'), 1_000_000), taken.length);
  await store.close();

  const lines = readFileSync(auditFile, 'utf8')
    .trimEnd()
    .split('\n')
    .map((line) => JSON.parse(line));
  const outcomes = (some: readonly Sent[]) => some.map(({ requestId }) => requestId).sort();
  const recorded = (outcome: string) =>
    lines
      .filter((line) => line.outcome === outcome)
      .map((line) => line.requestId)
      .sort();
  assert.deepEqual(recorded('refused'), outcomes(refused));
  assert.deepEqual(recorded('issued'), outcomes(taken));
  assert.equal(lines.length, answered.length);

  const said = node.said();
  const tell = answered.flatMap(({ token }) => token.split('.')).filter((part) => part.length >= 20);
  assert.deepEqual(
    [...new Set(tell)].filter((part) => said.includes(part)),
    [],
  );
  assert.equal(said.split('\n').filter((line) => line.includes('exchange refused')).length, refused.length);

  assert.equal(bird.connections(), 0);
  assert.deepEqual([...new Set(keys.wanted)], ['keys.example.com:443']);
  const p99 = percentile(milliseconds, 0.99);
  t.diagnostic(
    `${refused.length} refused, ${unread.length} not even read (400, 431), ${taken.length} healthy ones taken; p99 ${p99.toFixed(0)} ms, longest ${Math.max(...milliseconds).toFixed(0)} ms, ${keys.asked.length} fetches for ${published.length} issuers`,
  );
  assertWithin(1, p99 / 1000, 'one of a hundred');
});
