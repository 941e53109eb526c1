import assert from 'node:assert/strict';
import { test } from 'node:test';
import { answer } from '../../src/authority/call.ts';
import { openidConfiguration } from '../../src/authority/discovery/openid-configuration.ts';
import type { JsonObject } from '../../src/base/json.ts';
import type { HttpRequest } from '../../src/http/message.ts';
import { origin, testAuthority } from './fixture.ts';

const { context } = await testAuthority();

const requestTo = (...hosts: readonly string[]): HttpRequest => ({
  method: 'GET',
  path: '/common/v2.0/.well-known/openid-configuration',
  query: '',
  headers: (name) => (name === 'host' ? hosts : []),
  body: new Uint8Array(),
  origin,
  remoteAddress: '127.0.0.1',
});

const cases = [
  ['one Host header', ['localhost:8443'], 200],
  ['two Host headers, which two readers would read differently', ['localhost:8443', 'evil.example'], 400],
  ['the same Host header twice', ['localhost:8443', 'localhost:8443'], 400],
] as const;

for (const [name, hosts, status] of cases) {
  test(`${name}: ${status}`, async () => {
    const place = { http: requestTo(...hosts), version: 'v2', tenant: 'common' } as const;
    const reply = await answer(context, openidConfiguration, place);
    assert.equal(reply.status, status);
    const body = JSON.parse(reply.body) as JsonObject;
    assert.equal(body.error, status === 200 ? undefined : 'invalid_request');
  });
}
