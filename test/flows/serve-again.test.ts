import assert from 'node:assert/strict';
import { mkdirSync, readdirSync, readFileSync } from 'node:fs';
import { connect } from 'node:net';
import { join } from 'node:path';
import { describe, test } from 'node:test';
import { setTimeout } from 'node:timers/promises';
import { endChild } from '../support/child.ts';
import { bearerOf, exchanged, fixedApplication, kidsOf } from '../support/sandbox-calls.ts';
import { scratchFolder, serveSandbox } from '../support/served-sandbox.ts';

/** How `partner-auth serve sandbox` ends, and what a second start finds of the first. */
const folder = scratchFolder();
let serial = 0;
const newFolder = (): string => join(folder, `data-${++serial}`);

describe('a second start on the same data folder', () => {
  test('keeps the authority and the keys, and answers the same ms-requestid with the same token', async () => {
    const data = newFolder();
    const requestId = '0b0a7e6c-7c52-4a39-9a53-9f0f2b8f3f11';
    const first = await serveSandbox(data);
    const bearer = await bearerOf(first);
    const before = {
      ca: readFileSync(first.caFile, 'utf8'),
      service: await kidsOf(first, '/.well-known/jwks.json'),
      authority: await kidsOf(first, '/common/discovery/v2.0/keys'),
    };
    const issued = await exchanged(first, bearer, requestId);
    assert.deepEqual([issued.status, issued.replayed], [200, null]);
    assert.equal(await first.stop(), 0);

    await using second = await serveSandbox(data, ['--port', String(first.port)]);
    assert.equal(second.url, first.url);
    assert.deepEqual(
      {
        ca: readFileSync(second.caFile, 'utf8'),
        service: await kidsOf(second, '/.well-known/jwks.json'),
        authority: await kidsOf(second, '/common/discovery/v2.0/keys'),
      },
      before,
    );
    const repeated = await exchanged(second, bearer, requestId);
    assert.deepEqual(repeated, { status: 200, token: issued.token, replayed: 'true' });
  });

  test('no token, secret or key can be read in the data folder’s database', async () => {
    const data = newFolder();
    const sandbox = await serveSandbox(data);
    const bearer = await bearerOf(sandbox);
    const { token } = await exchanged(sandbox, bearer, 'plain');
    await sandbox.stop();
    const planted = [token, bearer, token.split('.')[2], fixedApplication.clientSecret, 'PRIVATE KEY', '"d":'];
    for (const name of readdirSync(data).filter((each) => each.startsWith('sandbox.sqlite'))) {
      const content = readFileSync(join(data, name), 'latin1');
      assert.deepEqual(
        planted.map((each) => content.includes(each ?? '')),
        planted.map(() => false),
        name,
      );
    }
  });

  test('--ephemeral keeps the certificates and nothing else', async () => {
    const data = newFolder();
    const first = await serveSandbox(data, ['--ephemeral']);
    const [kids, ca] = [await kidsOf(first, '/.well-known/jwks.json'), readFileSync(first.caFile, 'utf8')];
    await first.stop();
    assert.deepEqual(
      readdirSync(data).filter((name) => !/^(ca|client|localhost)\./.test(name)),
      [],
    );
    await using second = await serveSandbox(data, ['--ephemeral']);
    assert.equal(readFileSync(second.caFile, 'utf8'), ca);
    assert.notDeepEqual(await kidsOf(second, '/.well-known/jwks.json'), kids);
  });
});

describe('its end', () => {
  for (const signal of ['SIGTERM', 'SIGINT'] as const) {
    test(`${signal}: a request under way is answered, then exit 0`, async () => {
      const sandbox = await serveSandbox(newFolder(), ['--http', '--ephemeral']);
      const form = new URLSearchParams({
        grant_type: 'client_credentials',
        client_id: fixedApplication.clientId,
        client_secret: fixedApplication.clientSecret,
        scope: fixedApplication.scope,
      }).toString();
      const socket = connect(sandbox.port, '127.0.0.1');
      const lines = [
        `POST /${fixedApplication.tenant}/oauth2/v2.0/token HTTP/1.1`,
        `Host: localhost:${sandbox.port}`,
        'Content-Type: application/x-www-form-urlencoded',
        `Content-Length: ${form.length}`,
      ];
      socket.write(`${lines.join('\r\n')}\r\n\r\n${form.slice(0, 20)}`);
      // The server has the head of the request when it has answered somebody who came later.
      await fetch(`${sandbox.url}/livez`);
      const ended = endChild(sandbox.child, signal);
      await setTimeout(100);
      socket.write(form.slice(20));
      const pieces: Buffer[] = [];
      for await (const piece of socket) pieces.push(piece);
      assert.ok(Buffer.concat(pieces).toString().startsWith('HTTP/1.1 200 OK'));
      assert.equal(await ended, 0);
      assert.equal(sandbox.stderr(), '');
    });
  }

  test('the port is free and the folder usable after a kill', async () => {
    const data = newFolder();
    mkdirSync(data, { mode: 0o700 });
    const first = await serveSandbox(data);
    const bearer = await bearerOf(first);
    const issued = await exchanged(first, bearer, 'before the kill');
    await endChild(first.child, 'SIGKILL');
    await using second = await serveSandbox(data, ['--port', String(first.port)]);
    const repeated = await exchanged(second, bearer, 'before the kill');
    assert.deepEqual(repeated, { status: 200, token: issued.token, replayed: 'true' });
  });
});
