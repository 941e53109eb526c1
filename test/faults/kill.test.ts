import assert from 'node:assert/strict';
import { createPrivateKey } from 'node:crypto';
import { existsSync, readFileSync } from 'node:fs';
import { DatabaseSync } from 'node:sqlite';
import { describe, test } from 'node:test';
import { systemRandom } from '../../src/base/random.ts';
import { open } from '../../src/base/seal.ts';
import type { Algorithm } from '../../src/jwt/index.ts';
import { tokenParts } from '../support/answer.ts';
import { testIssuer } from '../support/issuer.ts';
import { type ServiceProcess, startServiceProcess } from '../support/service-process.ts';
import { sqliteFiles } from '../support/sqlite-file.ts';
import { testStart } from '../support/token-service.ts';

const nextFile = sqliteFiles();
const issuer = testIssuer({ now: () => testStart });
const issuerKey = issuer.privateKey.export({ type: 'pkcs8', format: 'pem' }).toString();

interface Answered {
  readonly status: number;
  readonly text: string;
  readonly accessToken: string;
}

async function exchange(
  origin: string,
  headers: Readonly<Record<string, string>>,
  body = '{"grant_type":"jwt_token"}',
) {
  const response = await fetch(`${origin}/v3/generatetoken`, {
    method: 'POST',
    headers: { accept: 'application/json', 'content-type': 'application/json', ...headers },
    body,
  });
  const text = await response.text();
  const answered: Answered = { status: response.status, text, accessToken: JSON.parse(text).access_token };
  return answered;
}

/** Sends every id at once; `undefined` for the answers that did not come. */
async function exchangeAll(
  service: ServiceProcess,
  bearer: string,
  ids: readonly string[],
  answered: () => void = () => {},
): Promise<ReadonlyMap<string, Answered | undefined>> {
  const one = async (id: string) => {
    const answer = await exchange(service.origin, { authorization: `Bearer ${bearer}`, 'ms-requestid': id }).catch(
      () => undefined,
    );
    if (answer) answered();
    return [id, answer] as const;
  };
  return new Map(await Promise.all(ids.map(one)));
}

/** The `jti` of every record, read from the file as the killed process left it. */
function storedTokenIds(file: string): { readonly jtis: readonly string[]; readonly integrity: unknown } {
  const database = new DatabaseSync(file);
  const rows = database.prepare('SELECT claims FROM issuances').all();
  const integrity = database.prepare('PRAGMA integrity_check').get();
  database.close();
  return { jtis: rows.map(({ claims }) => JSON.parse(String(claims)).jti), integrity: { ...integrity } };
}

/** The kill strikes when so many of a round's answers have arrived: early, in the middle, late. */
const rounds: readonly (readonly [algorithm: Algorithm, killAt: readonly number[]])[] = [
  ['RS256', [1, 60, 130, 220]],
  ['ES256', [30, 150]],
];

for (const [algorithm, killAt] of rounds) {
  test(`rows 66 and 67: kill -9 during 500 concurrent requests, ${killAt.length} times, ${algorithm}`, async () => {
    const options = { file: nextFile(), sealingKey: systemRandom.bytes(32), issuerKey, algorithm };
    const bearer = issuer.bearer();
    const tokens = new Map<string, string>();
    let unanswered = 0;
    let service = await startServiceProcess(options);
    for (const [round, strike] of killAt.entries()) {
      const ids = Array.from({ length: 500 }, (_, index) => `round-${round}-${index}`);
      let count = 0;
      let killed: Promise<void> | undefined;
      const during = await exchangeAll(service, bearer, ids, () => {
        count += 1;
        if (count === strike) killed = service.kill();
      });
      await killed;
      const before = [...during].flatMap(([id, answer]) => (answer ? [[id, answer] as const] : []));
      unanswered += 500 - before.length;
      assert.deepEqual([...new Set(before.map(([, { status }]) => status))], [200]);

      const { jtis, integrity } = storedTokenIds(options.file);
      assert.deepEqual(integrity, { integrity_check: 'ok' });
      const stored = new Set(jtis);
      const lost = before.filter(([, answer]) => !stored.has(String(tokenParts(answer.accessToken).claims.jti)));
      assert.deepEqual(lost, []);

      service = await startServiceProcess(options);
      const after = await exchangeAll(service, bearer, ids);
      const again = await exchangeAll(service, bearer, ids);
      for (const id of ids) {
        const answers = [during.get(id), after.get(id), again.get(id)].flatMap((answer) => (answer ? [answer] : []));
        assert.ok(answers.length >= 2);
        assert.deepEqual([...new Set(answers.map(({ status }) => status))], [200]);
        assert.equal(new Set(answers.map(({ accessToken }) => accessToken)).size, 1, id);
        tokens.set(id, answers[0]?.accessToken ?? '');
      }
    }
    assert.ok(unanswered > 0, 'the kill came too late to matter');
    await service.kill();
    const { jtis, integrity } = storedTokenIds(options.file);
    assert.deepEqual(integrity, { integrity_check: 'ok' });
    assert.deepEqual([...jtis].sort(), [...tokens.values()].map((token) => tokenParts(token).claims.jti).sort());
    assert.equal(new Set(jtis).size, 500 * killAt.length);
  });
}

/** Every way a planted value could be written down. */
function spellings(value: string | Uint8Array): readonly Buffer[] {
  const bytes = Buffer.from(value);
  // Base64 of the value at each of the three places a longer text can put it, without the ends its neighbours decide.
  const inside = [0, 1, 2].map((shift) => {
    const text = Buffer.concat([Buffer.alloc(shift), bytes]).toString('base64');
    return text.slice(Math.ceil((shift * 4) / 3) + 1, -4);
  });
  const texts = [
    ...inside,
    ...inside.map((text) => text.replaceAll('+', '-').replaceAll('/', '_')),
    bytes.toString('hex'),
    bytes.toString('hex').toUpperCase(),
    encodeURIComponent(bytes.toString('latin1')),
    [...bytes].join(','),
  ];
  return [bytes, ...texts.map((text) => Buffer.from(text))];
}

describe('rows 71 and 82: nothing that was planted can be read anywhere', () => {
  for (const algorithm of ['RS256', 'ES256'] as const) {
    test(algorithm, async () => {
      const options = { file: nextFile(), sealingKey: systemRandom.bytes(32), issuerKey, algorithm };
      const canary = (name: string) => `canary:${name}/${Buffer.from(systemRandom.bytes(12)).toString('hex')}+`;
      const canaries = Array.from({ length: 12 }, (_, index) => canary(String(index)));
      const [name, upn, address, unknown, header, query, basic, body, field, type, accept, referrer] = canaries;
      const bearer = issuer.bearer({
        claims: { name, upn, ipaddr: address, xms_unknown: [{ deep: unknown }] },
        header: { 'x-canary': header },
      });
      const wronglySigned = issuer.bearer({ claims: { name }, sign: () => Buffer.alloc(256, 7) });
      const expired = issuer.bearer({ claims: { name, exp: testStart.getTime() / 1000 - 1000 } });
      await using service = await startServiceProcess(options);

      const answers: Answered[] = [];
      const send = async (headers: Record<string, string>, text?: string) => {
        answers.push(await exchange(service.origin, { 'ms-requestid': 'same', ...headers }, text));
      };
      const good = { authorization: `Bearer ${bearer}` };
      await send(good);
      await send(good);
      await send({ authorization: `Bearer ${wronglySigned}` });
      await send({ authorization: `Bearer ${expired}` });
      await send({ authorization: `Bearer ${bearer}x` });
      await send({ authorization: `Basic ${basic}` });
      await send(
        { ...good, referer: `https://example.com/${referrer}`, cookie: `a=${referrer}` },
        '{"grant_type":"x"}',
      );
      await send(good, `{"grant_type":"${body}"}`);
      await send(good, `{"grant_type":"jwt_token","password":"${body}"`);
      await send({ ...good, 'content-type': 'text/xml' }, `<a><grant_type>${field}</grant_type><b>${body}</b></a>`);
      await send({ ...good, 'content-type': 'text/xml' }, `<a>${body}</b>`);
      await send({ ...good, 'content-type': `text/${type}` });
      await send({ ...good, accept: `text/html; a="${accept}"` });
      answers.push(
        await fetch(`${service.origin}/v3/generatetoken?access_token=${query}`).then(async (response) => ({
          status: response.status,
          text: await response.text(),
          accessToken: '',
        })),
      );
      assert.deepEqual(
        answers.map(({ status }) => status),
        [200, 200, 401, 401, 401, 401, 400, 400, 400, 400, 400, 400, 406, 405],
      );

      const issued = answers[0]?.accessToken ?? '';
      const database = new DatabaseSync(options.file);
      const key = database.prepare('SELECT kid, sealed_private_key FROM signing_keys').get();
      const place = `signing key token-service ${key?.kid}`;
      const pem = open(options.sealingKey, place, key?.sealed_private_key as Uint8Array)?.toString('utf8') ?? '';
      const privateKey = createPrivateKey(pem);
      const privateJwk = privateKey.export({ format: 'jwk' });
      const secrets: Readonly<Record<string, readonly (string | Uint8Array)[]>> = {
        canaries,
        bearers: [bearer, wronglySigned, expired].flatMap((token) => [token, ...token.split('.').slice(1)]),
        'issued token': [issued, ...issued.split('.')],
        'sealing key': [options.sealingKey],
        'signing key': [
          pem.split('\n')[1] ?? '',
          privateKey.export({ type: 'pkcs8', format: 'der' }),
          Buffer.from(privateJwk.d ?? '', 'base64url'),
          Buffer.from(privateJwk.p ?? privateJwk.d ?? '', 'base64url'),
          'PRIVATE KEY',
        ],
      };
      const files = ['', '-wal', '-shm'].map((suffix) => `${options.file}${suffix}`);
      assert.ok(files.every((file) => existsSync(file)));
      const places: readonly (readonly [name: string, bytes: Buffer])[] = [
        ...files.map((file) => [file, readFileSync(file)] as const),
        ['log', Buffer.from(service.output())],
        ['errors', Buffer.from(answers.flatMap(({ status, text }) => (status === 200 ? [] : [text])).join('\n'))],
      ];
      database.close();

      // The search itself finds what is there: the claims in the write-ahead log, the request id in the log.
      assert.ok(places[1]?.[1].includes(String(tokenParts(issued).claims.jti)));
      assert.ok(places[3]?.[1].includes('"requestId":"same"'));
      for (const [kind, values] of Object.entries(secrets)) {
        for (const [where, bytes] of places) {
          const found = values.filter((value) => spellings(value).some((spelling) => bytes.includes(spelling)));
          assert.deepEqual(found, [], `${kind} in ${where}`);
        }
      }
    });
  }
});
