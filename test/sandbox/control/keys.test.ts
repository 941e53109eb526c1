import assert from 'node:assert/strict';
import { test } from 'node:test';
import { appToken, controlled } from './fixture.ts';

const sandbox = await controlled();
const kidsAt = async (path: string): Promise<readonly string[]> => {
  const { keys } = (await (await sandbox.fetch(sandbox.url + path)).json()) as { keys: { kid: string }[] };
  return keys.map(({ kid }) => kid);
};
const bearer = async () => ((await (await appToken(sandbox)).json()) as { access_token: string }).access_token;
const kidOf = (token: string): string => JSON.parse(Buffer.from(token.split('.')[0] ?? '', 'base64url').toString()).kid;

async function exchanged(token: string, requestId: string) {
  const headers = { authorization: `Bearer ${token}`, accept: 'application/json', 'ms-requestid': requestId };
  const response = await sandbox.post('/v3/generatetoken', { grant_type: 'jwt_token' }, headers);
  const body = (await response.json()) as { access_token: string };
  return { status: response.status, token: body.access_token };
}

test('row 58: after a rotation tokens of before are good, new ones have the new key, and repeats the same token', async () => {
  const places = { authority: '/common/discovery/v2.0/keys', 'token-service': '/.well-known/jwks.json' } as const;
  const old = await bearer();
  const issued = await exchanged(old, 'before');
  const before = { authority: await kidsAt(places.authority), 'token-service': await kidsAt(places['token-service']) };
  assert.equal((await sandbox.ask('GET', '/sandbox/keys')).body.keys.length, 2);
  for (const ring of ['authority', 'token-service'] as const) {
    const { status, body } = await sandbox.ask('POST', '/sandbox/keys/rotate', { ring });
    assert.equal(status, 200);
    assert.deepEqual(await kidsAt(places[ring]), [...before[ring], body.kid]);
  }
  const fresh = await bearer();
  assert.deepEqual([kidOf(old), before.authority.includes(kidOf(fresh))], [before.authority[0], false]);
  assert.deepEqual(await exchanged(old, 'before'), issued);
  const again = await exchanged(fresh, 'after');
  assert.deepEqual([again.status, before['token-service'].includes(kidOf(again.token))], [200, false]);
});

test('what is listed: which signs, which is published until when, and never a private key', async () => {
  const { body } = await sandbox.ask('GET', '/sandbox/keys');
  assert.deepEqual(
    body.keys.map(({ ring, standing, publishedUntil }: Record<string, string>) => [ring, standing, publishedUntil]),
    [
      ['authority', 'published', '2026-11-22T10:00:00.001Z'],
      ['authority', 'current', undefined],
      ['token-service', 'published', '2026-11-22T10:00:00.001Z'],
      ['token-service', 'current', undefined],
    ],
  );
  assert.deepEqual(Object.keys(body.keys[0]), ['ring', 'kid', 'algorithm', 'createdAt', 'standing', 'publishedUntil']);
  assert.equal((await sandbox.ask('POST', '/sandbox/keys/rotate', { ring: 'other' })).body.error.target, 'ring');
});
