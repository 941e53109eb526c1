import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import fc from 'fast-check';
import { fetchOf, requestOf } from '../../../src/http/message.ts';
import { type ControlContext, createControl } from '../../../src/sandbox/control/index.ts';
import { controlRoutes } from '../../../src/sandbox/control/routes.ts';
import { controlled } from './fixture.ts';

const sandbox = await controlled();
const { ask } = sandbox;

const parameters: Readonly<Record<string, string>> = {
  userPrincipalName: 'john.doe@contoso.com',
  userCode: 'BCDFGHJKL',
  tenantId: 'bbbbcccc-1111-dddd-2222-eeee3333ffff',
  appId: '00001111-aaaa-2222-bbbb-3333cccc4444',
};

/** Every route with something in the place of its parameters. */
const routes = controlRoutes.map(
  ([method, path]) => [method, path.replace(/:(\w+)/g, (_, name: string) => parameters[name] ?? name)] as const,
);
const writes = routes.filter(([method]) => method === 'POST' || method === 'PUT' || method === 'PATCH');

describe('row 124: no web page reaches the control API', () => {
  for (const [method, path] of routes) {
    for (const origin of ['https://evil.example', 'null', 'https://localhost:9999', 'http://localhost:8443']) {
      test(`${method} ${path} with Origin: ${origin} is refused`, async () => {
        const { status, body, headers } = await ask(method, path, {}, { origin });
        assert.deepEqual([status, body.error.code, body.error.target], [403, 'foreignOrigin', 'Origin']);
        assert.deepEqual(
          [...headers.keys()].filter((name) => name.startsWith('access-control')),
          [],
        );
      });
    }
    test(`${method} ${path} from another site is refused`, async () => {
      const { status, body } = await ask(method, path, {}, { 'sec-fetch-site': 'cross-site' });
      assert.deepEqual([status, body.error.code], [403, 'foreignOrigin']);
    });
  }

  test('there are as many write routes as the table says, so the walk was one', () => {
    assert.equal(writes.length, 25);
  });

  for (const [method, path] of writes) {
    for (const type of [
      'text/plain',
      'application/x-www-form-urlencoded',
      'multipart/form-data; boundary=x',
      undefined,
    ]) {
      test(`${method} ${path} with Content-Type: ${type} is refused`, async () => {
        const { status, body } = await ask(method, path, {}, { 'content-type': type });
        // fetch writes a media type of its own for text; bytes have none.
        assert.deepEqual([status, body.error.code, body.error.target], [415, 'wrongContentType', 'Content-Type']);
      });
    }
  }

  test('nothing of all this was done', async () => {
    assert.deepEqual((await ask('GET', '/sandbox/faults')).body, { faults: [] });
    assert.deepEqual((await ask('GET', '/sandbox/approvals')).body, { approvals: [] });
  });

  test('its own origin is taken', async () => {
    assert.equal((await ask('GET', '/sandbox/clock', undefined, { origin: sandbox.url })).status, 200);
  });

  test('a preflight is answered without CORS', async () => {
    const { status, headers } = await ask('OPTIONS', '/sandbox/reset', undefined, {
      'access-control-request-method': 'POST',
    });
    assert.deepEqual([status, headers.get('allow'), headers.get('access-control-allow-origin')], [405, 'POST', null]);
  });
});

test('every answer is JSON that is not stored', async () => {
  for (const path of ['/sandbox', '/sandbox/clock', '/sandbox/nowhere']) {
    const { headers } = await ask('GET', path);
    assert.deepEqual(
      ['content-type', 'cache-control', 'x-content-type-options'].map((name) => headers.get(name)),
      ['application/json; charset=utf-8', 'no-store', 'nosniff'],
    );
  }
});

test('GET /sandbox lists every route with a line to paste', async () => {
  const { body } = await ask('GET', '/sandbox');
  const operations: { method: string; path: string; summary: string; example: string }[] = body.operations;
  assert.deepEqual(
    operations.map(({ method, path }) => [method, path]),
    controlRoutes.map(([method, path]) => [method, path.replace(/:(\w+)/g, '{$1}')]),
  );
  for (const { summary, example } of operations) {
    assert.equal(summary.includes('\n'), false);
    assert.ok(example.startsWith('curl ') && example.includes('https://localhost:8443/sandbox'), example);
  }
});

test('what the list shows as an example is taken', async () => {
  const own = await controlled();
  const { body } = await own.ask('GET', '/sandbox');
  const needsMore = [
    '/sandbox/flows/{id}',
    '/sandbox/device-codes/{userCode}',
    '/sandbox/users/{userPrincipalName}/totp',
    '/sandbox/applications/{appId}/certificates',
    '/sandbox/customers/{tenantId}/relationships/{id}',
    '/sandbox/referrals/{id}',
    '/sandbox/applications/{appId}/secrets/{keyId}',
    '/sandbox/applications/{appId}/certificates/{keyId}',
  ];
  for (const { method, path, example } of body.operations) {
    if (needsMore.includes(path)) continue;
    const data = / -d '(.*)'$/.exec(example)?.[1];
    const address = example.split(' ').find((word: string) => word.includes('https://'));
    // A test's own clock is not let run, and is frozen already.
    const { status, body: answer } = await own.ask(
      method,
      String(address).replaceAll("'", '').slice(own.url.length),
      data,
    );
    assert.equal(status, 200, `${example}: ${JSON.stringify(answer)}`);
  }
});

test('the OpenAPI document describes every route by the schemas it validates with', async () => {
  const { body } = await ask('GET', '/sandbox/openapi.json');
  const described = Object.entries<Record<string, unknown>>(body.paths).flatMap(([path, methods]) =>
    Object.keys(methods).map((method) => `${method.toUpperCase()} ${path}`),
  );
  assert.deepEqual(
    described.toSorted(),
    controlRoutes.map(([method, path]) => `${method} ${path.replace(/:(\w+)/g, '{$1}')}`).toSorted(),
  );
  const { properties } = body.paths['/sandbox/faults'].post.requestBody.content['application/json'].schema;
  assert.deepEqual(properties.endpoint.enum, [
    'token',
    'authorize',
    'devicecode',
    'discovery',
    'keys',
    'generatetoken',
    'customers',
    'referrals',
  ]);
  const { schemas } = body.components;
  assert.ok('users' in schemas.SeedFile.properties);
  // What it refers to is in it.
  const references = JSON.stringify(body).matchAll(/"\$ref":"#\/components\/schemas\/(\w+)"/g);
  for (const [, name] of references) assert.ok(name !== undefined && name in schemas, name);
  assert.equal(JSON.stringify(body).includes('"$ref":"#/$defs'), false);
});

const refused: readonly (readonly [
  method: string,
  path: string,
  body: unknown,
  status: number,
  code: string,
  target: string | undefined,
])[] = [
  ['GET', '/sandbox/nowhere', undefined, 404, 'unknownPath', undefined],
  ['GET', '/sandbox/', undefined, 404, 'unknownPath', undefined],
  ['POST', '/sandbox/oauth2/token', {}, 404, 'unknownPath', undefined],
  ['PUT', '/sandbox/reset', {}, 405, 'wrongMethod', undefined],
  ['DELETE', '/sandbox', undefined, 405, 'wrongMethod', undefined],
  ['POST', '/sandbox/clock/advance', '{', 400, 'unreadableBody', undefined],
  ['POST', '/sandbox/clock/advance', '{"seconds":1,"seconds":2}', 400, 'unreadableBody', undefined],
  ['POST', '/sandbox/clock/advance', '[]', 400, 'invalidInput', undefined],
  ['POST', '/sandbox/clock/advance', { second: 1 }, 400, 'invalidInput', undefined],
  ['POST', '/sandbox/clock/advance', { seconds: '1' }, 400, 'invalidInput', 'seconds'],
  ['POST', '/sandbox/reset', { hard: true }, 400, 'invalidInput', undefined],
  ['GET', '/sandbox/requests?pathh=x', undefined, 400, 'invalidInput', undefined],
  ['GET', '/sandbox/requests?path=a&path=b', undefined, 400, 'invalidInput', 'path'],
  ['GET', '/sandbox/clock?x=1', undefined, 400, 'invalidInput', undefined],
  ['GET', '/sandbox/users/%zz/totp', undefined, 404, 'notFound', 'userPrincipalName'],
];
for (const [method, path, body, status, code, target] of refused) {
  test(`${method} ${path} ${typeof body === 'string' ? body : JSON.stringify(body)} is refused as ${code}`, async () => {
    const answer = await ask(method, path, body);
    assert.deepEqual([answer.status, answer.body.error.code, answer.body.error.target], [status, code, target]);
    assert.ok(answer.body.error.message.length > 10);
    if (status === 405) assert.notEqual(answer.headers.get('allow'), null);
    if (code === 'unknownPath') assert.ok(answer.body.error.message.includes('GET /sandbox'));
  });
}

test('a body may have 64 KiB, a seed file 8 MiB', async () => {
  const padded = (value: object, bytes: number) => JSON.stringify(value).padEnd(bytes, ' ');
  assert.equal((await ask('POST', '/sandbox/reset', padded({}, 65_536))).status, 200);
  const tooLarge = await ask('POST', '/sandbox/reset', padded({}, 65_537));
  assert.deepEqual([tooLarge.status, tooLarge.body.error.code], [413, 'bodyTooLarge']);
  assert.equal((await ask('POST', '/sandbox/seed', padded({}, 1_000_000))).status, 200);
  assert.equal((await ask('POST', '/sandbox/seed', padded({}, 8_388_609))).status, 413);
});

describe('it answers on this machine’s own names alone, wherever the sandbox listens', () => {
  // The guard comes before anything of the context is used.
  const { handler } = createControl({ log: { error: () => {} } } as unknown as ControlContext);
  const names = [
    ['https://login.microsoftonline.com', 403],
    ['https://192.0.2.7:8443', 403],
    ['https://localhost.evil.example:8443', 403],
    ['https://127.0.0.1.evil.example', 403],
    ['https://localhost:8443', 404],
    ['http://127.0.0.2:8443', 404],
    ['https://[::1]:8443', 404],
  ] as const;
  for (const [origin, status] of names) {
    test(origin, async () => {
      const response = await fetchOf(handler)(`${origin}/sandbox/nowhere`);
      const { error } = (await response.json()) as { error: { code: string } };
      assert.deepEqual([response.status, error.code], [status, status === 403 ? 'notLoopback' : 'unknownPath']);
    });
  }
});

describe('it answers this machine alone, whatever name a request gives it', () => {
  const { handler } = createControl({ log: { error: () => {} } } as unknown as ControlContext);
  const addresses = [
    ['127.0.0.1', 404],
    ['127.8.8.8', 404],
    ['::1', 404],
    ['::ffff:127.0.0.1', 404],
    ['192.0.2.7', 403],
    ['::ffff:192.0.2.7', 403],
    ['fe80::1', 403],
    ['2001:db8::1', 403],
    ['', 403],
  ] as const;
  for (const [remoteAddress, expected] of addresses) {
    test(`from ${remoteAddress || 'nowhere'}: ${expected}`, async () => {
      const asked = new Request('https://localhost:8443/sandbox/nowhere');
      const { status } = await handler(await requestOf(asked, undefined, remoteAddress));
      assert.equal(status, expected);
    });
  }
});

test('no route of it answers another machine', async () => {
  const { handler } = createControl({ log: { error: () => {} } } as unknown as ControlContext);
  for (const [method, path] of routes) {
    const headers = { 'content-type': 'application/json' };
    for (const [origin, remoteAddress] of [
      ['https://localhost:8443', '192.0.2.7'],
      ['https://192.0.2.7:8443', '127.0.0.1'],
    ] as const) {
      const asked = new Request(origin + path, { method, headers });
      const { status, body } = await handler(await requestOf(asked, undefined, remoteAddress));
      assert.deepEqual([status, JSON.parse(body).error.code], [403, 'notLoopback'], `${method} ${path}`);
    }
  }
});

test('any JSON on any route is done or refused by name, and never a failure of ours', async () => {
  const own = await controlled();
  const names = [
    'endpoint',
    'path',
    'count',
    'status',
    'seconds',
    'duration',
    'now',
    'frozen',
    'user',
    'family',
    'days',
  ];
  const more = ['claims', 'header', 'flaws', 'users', 'fixedData', 'decision', 'methods', 'userPrincipalName', 'delay'];
  const value = fc.oneof(
    fc.jsonValue({ maxDepth: 3 }),
    fc.constantFrom('token', 'approve', 'john.doe@contoso.com', 'P1D', '2027-01-01T00:00:00Z', true, 1, ['expired']),
  );
  const body = fc.oneof(fc.jsonValue(), fc.dictionary(fc.constantFrom(...names, ...more), value));
  await fc.assert(
    fc.asyncProperty(fc.constantFrom(...routes), body, async ([method, path], json) => {
      const { status, body: answer } = await own.ask(method, path, json);
      if (status === 200) return;
      assert.ok(status >= 400 && status < 500, `${status} ${JSON.stringify(answer)}`);
      assert.deepEqual([typeof answer.error.code, typeof answer.error.message], ['string', 'string']);
    }),
    { numRuns: 600 },
  );
});
