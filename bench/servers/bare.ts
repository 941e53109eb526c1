// What the exchange costs without everything that makes it one: node:http reads the body, verifies, signs by callback,
// answers. No checks, no ids, no record.
import { sign, verify } from 'node:crypto';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { keyInput } from '../../src/jwt/index.ts';
import { type Material, privateKeyOf, publicKeyOf, serveFigures } from './material.ts';

const material: Material = JSON.parse(process.argv[2] ?? '');
const publicKey = publicKeyOf(material);
const privateKey = keyInput(material.algorithm, privateKeyOf(material));
const header = Buffer.from(JSON.stringify({ alg: material.algorithm, typ: 'JWT', kid: 'signing' })).toString(
  'base64url',
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
    const input = `${header}.${Buffer.from(JSON.stringify(issued)).toString('base64url')}`;
    sign('sha256', Buffer.from(input), privateKey, (error, bytes) => {
      if (error) throw error;
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
