import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { clientCertificate } from '../../../src/http/tls/certificate-authority.ts';
import { fixedSeed } from '../../../src/sandbox/seed.ts';
import { appToken, controlled, fixedApplication, fixedSecret, jane, john, signIn } from './fixture.ts';

const tenant = { id: '55555555-5555-5555-5555-555555555555', displayName: 'N', verifiedDomains: ['n.example'] };

test('what is seeded is there at once, in JSON and in YAML', async () => {
  const sandbox = await controlled();
  const json = {
    users: [{ userPrincipalName: 'a@contoso.com', displayName: 'A', passwordProfile: { password: 'one' } }],
  };
  const yaml = 'users: [{ userPrincipalName: b@contoso.com, displayName: B, passwordProfile: { password: two } }]';
  assert.deepEqual(await sandbox.ask('POST', '/sandbox/seed', json).then(({ status, body }) => [status, body]), [
    200,
    { tenants: 4, users: 5, applications: fixedSeed().applications.length, warnings: [] },
  ]);
  const second = await sandbox.ask('POST', '/sandbox/seed', yaml, { 'content-type': 'application/yaml' });
  assert.equal(second.body.users, 6);
  // They have no consent of their own to need: the application's holds for all.
  for (const [name, password] of [
    ['a@contoso.com', 'one'],
    ['b@contoso.com', 'two'],
    [john, 'PCTestPassword@123'],
  ] as const) {
    assert.equal((await signIn(sandbox, name, password)).status, 200, name);
  }
});

const notSeeds = [
  ['[]', 'invalidInput', 'the file'],
  ['{"users":[{}]}', 'invalidInput', 'users[0].userPrincipalName'],
  ['{"user":[]}', 'invalidInput', 'the file'],
  ['{"tenants": [', 'unreadableBody', undefined],
  [
    '{"users":[{"userPrincipalName":"a@nowhere.example","displayName":"A","passwordProfile":{"password":"p"}}]}',
    'invalidInput',
    'users[0]',
  ],
  [
    '{"users":[{"userPrincipalName":"a@contoso.com","displayName":"A","passwordProfile":{}}]}',
    'invalidInput',
    'users[0].passwordProfile.password',
  ],
] as const;
describe('a body that is no seed is refused by its first place, and nothing changes', async () => {
  const sandbox = await controlled();
  for (const path of ['/sandbox/seed', '/sandbox/import']) {
    for (const [text, code, target] of notSeeds) {
      test(`${path} ${text}`, async () => {
        const { status, body } = await sandbox.ask('POST', path, text);
        assert.deepEqual([status, body.error.code, body.error.target], [400, code, target], body.error.message);
        assert.equal((await appToken(sandbox)).status, 200);
      });
    }
  }
});

test('import puts another world in the place of this one; reset brings the start back', async () => {
  const sandbox = await controlled();
  assert.equal(
    (await sandbox.ask('POST', '/sandbox/import', { fixedData: 'drop', tenants: [tenant] })).body.tenants,
    1,
  );
  assert.equal((await appToken(sandbox)).status, 400);
  assert.equal((await sandbox.ask('POST', '/sandbox/reset')).status, 200);
  assert.equal((await appToken(sandbox)).status, 200);
});

test('an export is taken back: passwords, secrets and second factors work', async () => {
  const sandbox = await controlled();
  const totp = await sandbox.control.totp(jane);
  const { body: exported } = await sandbox.ask('GET', '/sandbox/export');
  await sandbox.ask('POST', '/sandbox/import', { fixedData: 'drop', tenants: [tenant] });
  const back = await sandbox.ask('POST', '/sandbox/import', exported);
  assert.deepEqual(
    [back.status, back.body],
    [200, { tenants: 4, users: 4, applications: fixedSeed().applications.length, warnings: [] }],
  );
  assert.equal((await appToken(sandbox)).status, 200);
  assert.equal((await signIn(sandbox, john, 'PCTestPassword@123')).status, 200);
  assert.deepEqual(await sandbox.control.totp(jane), totp);
  const again = (await sandbox.ask('GET', '/sandbox/export')).body;
  const withoutSeals = (world: { users: { mfa: object }[] }) => ({
    ...world,
    users: world.users.map((user) => ({ ...user, mfa: Object.keys(user.mfa) })),
  });
  assert.deepEqual(withoutSeals(again), withoutSeals(exported));
});

test('row 124: a secret is in no answer after it was stated', async () => {
  const sandbox = await controlled();
  const planted = ['PlantedPassword@1', 'JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP', 'PlantedClientSecret1'];
  await sandbox.control.seed({
    users: [
      {
        userPrincipalName: 'p@contoso.com',
        displayName: 'P',
        passwordProfile: { password: planted[0] },
        mfa: { required: true, totpSecret: planted[1] },
      },
    ],
    applications: [
      {
        appId: '77777777-0000-4000-8000-000000000001',
        displayName: 'P',
        appOwnerOrganizationId: 'aaaabbbb-0000-cccc-1111-dddd2222eeee',
        passwordCredentials: [{ secretText: planted[2] }],
      },
    ],
  });
  await signIn(sandbox, 'p@contoso.com', planted[0] ?? '');
  for (const path of [
    '',
    '/export',
    '/faults',
    '/requests',
    '/refresh-tokens',
    '/approvals',
    '/clock',
    '/openapi.json',
  ]) {
    const text = JSON.stringify((await sandbox.ask('GET', `/sandbox${path}`)).body);
    for (const secret of [...planted, fixedSecret, 'PCTestPassword@123']) {
      assert.equal(text.includes(secret), false, `${path} says ${secret}`);
    }
  }
});

describe('reset', () => {
  test('clock, faults, requests, approvals, world and issued tokens: all as at the start; the keys stay', async () => {
    const sandbox = await controlled();
    const { control, clock } = sandbox;
    const keys = async () => (await sandbox.fetch(`${sandbox.url}/common/discovery/v2.0/keys`)).text();
    const [started, kids] = [clock.now(), await keys()];
    const bearer = async () => ((await (await appToken(sandbox)).json()) as { access_token: string }).access_token;
    const exchange = async () => {
      const response = await sandbox.post(
        '/v3/generatetoken',
        { grant_type: 'jwt_token' },
        { authorization: `Bearer ${await bearer()}`, accept: 'application/json', 'ms-requestid': 'one' },
      );
      return [response.status, response.headers.get('idempotent-replayed')];
    };
    assert.deepEqual(
      [await exchange(), await exchange()],
      [
        [200, null],
        [200, 'true'],
      ],
    );
    clock.advance(1000);
    await control.approve(john);
    await control.addFault({ endpoint: 'keys', drop: true });
    await control.seed({ tenants: [tenant] });
    await control.reset();
    assert.deepEqual(clock.now(), started);
    assert.deepEqual([await control.faults(), await control.requests()], [[], []]);
    assert.deepEqual((await sandbox.ask('GET', '/sandbox/approvals')).body, { approvals: [] });
    assert.equal(await keys(), kids);
    assert.deepEqual(await exchange(), [200, null]);
  });

  test('while requests are under way every one of them is answered', async () => {
    const sandbox = await controlled();
    const underWay = Array.from({ length: 30 }, (_, index) =>
      index % 2 === 0 ? appToken(sandbox) : signIn(sandbox, john, 'PCTestPassword@123'),
    );
    const resets = Array.from({ length: 5 }, () => sandbox.control.reset());
    const statuses = (await Promise.all(underWay)).map(({ status }) => status);
    await Promise.all(resets);
    assert.deepEqual([...new Set(statuses)], [200]);
    assert.equal(
      (await sandbox.control.requests()).every(({ outcome }) => outcome !== 'failed'),
      true,
    );
  });

  test('changes of many at once are all made, in the order they came', async () => {
    const sandbox = await controlled();
    const names = Array.from({ length: 20 }, (_, index) => `u${index}@contoso.com`);
    await Promise.all(
      names.map((userPrincipalName) =>
        sandbox.control.seed({
          users: [{ userPrincipalName, displayName: 'U', passwordProfile: { password: 'p' } }],
        }),
      ),
    );
    const { users } = (await sandbox.control.export()) as { users: { userPrincipalName: string }[] };
    assert.deepEqual(
      users.slice(-20).map(({ userPrincipalName }) => userPrincipalName),
      names,
    );
  });
});

test('the sample application keeps its certificate, once, through imports and exports; no private key leaves', async () => {
  const sandbox = await controlled();
  const certificates = async () => {
    const exported = (await sandbox.control.export()) as {
      applications: { appId: string; keyCredentials: { key: string }[] }[];
    };
    assert.equal(JSON.stringify(exported).includes('PRIVATE KEY'), false);
    return exported.applications.find(({ appId }) => appId === fixedApplication)?.keyCredentials.map(({ key }) => key);
  };
  const before = await certificates();
  assert.equal(before?.length, 1);
  await sandbox.control.import({ fixedData: 'keep' });
  assert.deepEqual(await certificates(), before);
  await sandbox.control.import(await sandbox.control.export());
  assert.deepEqual(await certificates(), before);
});

test('row 124: a private key beside a seeded certificate is in no export', async () => {
  const sandbox = await controlled();
  const { privateKeyPem, certificatePem } = await clientCertificate({
    commonName: 'seeded',
    now: sandbox.clock.now(),
    lifetimeDays: 1,
  });
  const application = {
    appId: '77777777-0000-4000-8000-000000000002',
    displayName: 'C',
    appOwnerOrganizationId: 'aaaabbbb-0000-cccc-1111-dddd2222eeee',
    keyCredentials: [{ key: privateKeyPem + certificatePem }],
  };
  await sandbox.control.seed({ applications: [application] });
  const text = JSON.stringify(await sandbox.control.export());
  assert.deepEqual([text.includes('PRIVATE KEY'), text.includes('BEGIN CERTIFICATE')], [false, true]);
});
