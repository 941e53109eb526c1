// What the exchange costs without everything that makes it one: node:http reads the body, verifies, signs by callback,
// answers. No checks, no ids; no record, or as the floor of every service that keeps one, the store's.
import { createHash, sign, verify } from 'node:crypto';
import { mkdtempSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { keyInput } from '../../src/jwt/index.ts';
import { postgresStore } from '../../src/store/postgres/index.ts';
import { sqliteStore } from '../../src/store/sqlite/index.ts';
import { type Material, privateKeyOf, publicKeyOf, serveFigures } from './material.ts';

const material: Material & { store?: 'sqlite' | 'postgres'; url: string } = JSON.parse(process.argv[2] ?? '');
const publicKey = publicKeyOf(material);
const privateKey = keyInput(material.algorithm, privateKeyOf(material));
const header = Buffer.from(JSON.stringify({ alg: material.algorithm, typ: 'JWT', kid: 'signing' })).toString(
  'base64url',
);

const stores = {
  sqlite: () => sqliteStore(join(mkdtempSync(join(tmpdir(), 'partner-auth-bench-')), 'bare.sqlite')),
  postgres: () => postgresStore(material.url),
};
const store = await stores[material.store as keyof typeof stores]?.();

const record = (requestId: string, claims: string, signature: Buffer) =>
  store?.issuances.claim(
    {
      key: createHash('sha256').update(requestId).digest(),
      api: 'v3',
      keyId: 'signing',
      claims,
      sealedToken: undefined,
      tokenDigest: createHash('sha256').update(signature).digest(),
      expiresAt: new Date(Date.now() + 3_600_000),
    },
    new Date(),
  );

const server = createServer((request, response) => {
  const pieces: Buffer[] = [];
  request.on('data', (piece) => pieces.push(piece));
  request.on('end', () => {
    if (!Buffer.concat(pieces).toString().includes('jwt_token')) throw new Error('the load is wrong');
    const token = (request.headers.authorization ?? '').slice('Bearer '.length);
    const dot = token.lastIndexOf('.');
    const signature = Buffer.from(token.slice(dot + 1), 'base64url');
    if (!verify('sha256', Buffer.from(token.slice(0, dot)), publicKey, signature)) throw new Error('the load is wrong');
    const claims = JSON.parse(Buffer.from(token.split('.')[1] ?? '', 'base64url').toString());
    const now = Math.floor(Date.now() / 1000);
    const issued = {
      iss: 'bare',
      aud: claims.aud,
      tid: claims.tid,
      appid: claims.appid,
      sub: claims.sub,
      iat: now,
      exp: now + 3600,
    };
    const text = JSON.stringify(issued);
    const input = `${header}.${Buffer.from(text).toString('base64url')}`;
    sign('sha256', Buffer.from(input), privateKey, async (error, bytes) => {
      if (error) throw error;
      if (store) await record(String(request.headers['ms-requestid']), text, bytes);
      const body = JSON.stringify({
        access_token: `${input}.${bytes.toString('base64url')}`,
        token_type: 'Bearer',
        expires_in: 3600,
      });
      response.writeHead(200, { 'Content-Type': 'application/json', 'Content-Length': Buffer.byteLength(body) });
      response.end(body);
    });
  });
});
server.listen(0, '127.0.0.1', () => serveFigures((server.address() as AddressInfo).port));
