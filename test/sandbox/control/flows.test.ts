import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { explanationOf } from '../../../src/protocol/explanations.ts';
import type { ExplainedFlow } from '../../../src/sandbox/control/flows.ts';
import { appToken, controlled, fixedApplication, fixedSecret, jane, john, signIn } from './fixture.ts';

const sandbox = await controlled();
const { control } = sandbox;

/** The flow of what was asked last. */
async function last(): Promise<ExplainedFlow> {
  const { flows } = await control.flows({ top: 1 });
  assert.ok(flows[0]);
  return flows[0];
}

const stoppedBy = ({ checks = [] }: ExplainedFlow) => checks.find(({ result }) => result === 'stopped')?.name;
const passedAll = ({ checks = [] }: ExplainedFlow) =>
  checks.length > 0 && checks.every(({ result }) => result === 'passed');

const token = (form: Record<string, string>, tenant = 'contoso.com', version = '/v2.0') =>
  sandbox.post(`/${tenant}/oauth2${version}/token`, { client_id: fixedApplication, ...form });

const publicApplication = '11112222-bbbb-3333-cccc-4444dddd5555';
const graph = 'https://graph.microsoft.com/.default';
const partnerCenter = 'https://api.partnercenter.microsoft.com/.default';
const bearerOf = async (response: Response) =>
  ((await response.json()) as { access_token: string; refresh_token: string }) ?? {};

describe('what succeeds passes every check of its endpoint', () => {
  test('a password grant on v1, and the refresh token it gave', async () => {
    const { refresh_token } = await bearerOf(await signIn(sandbox, john, 'PCTestPassword@123'));
    const flow = await last();
    assert.ok(passedAll(flow), JSON.stringify(flow.checks));
    assert.deepEqual(
      flow.checks?.flatMap(({ name, finding }) => (finding === undefined ? [] : [[name, finding]])),
      [
        ['grant', 'password'],
        ['tenant', 'Contoso (aaaabbbb-0000-cccc-1111-dddd2222eeee)'],
        ['client', `Partner Center Access App (${fixedApplication})`],
        ['authentication', 'client secret'],
        ['permissions', 'Microsoft Partner (4990cffe-04e8-4e8b-808a-1175604b879f), all that is granted'],
        ['proof', 'john.doe@contoso.com, signed in by pwd'],
        ['consent', 'user_impersonation'],
      ],
    );
    await token({ grant_type: 'refresh_token', client_secret: fixedSecret, refresh_token, scope: graph });
    assert.equal((await last()).form.grant_type, 'refresh_token');
    assert.ok(passedAll(await last()), JSON.stringify((await last()).checks));
  });

  test('client credentials, their exchange on both APIs, the same one again, and the customers', async () => {
    const { access_token } = await bearerOf(await appToken(sandbox));
    assert.ok(passedAll(await last()));
    const headers = { authorization: `Bearer ${access_token}`, accept: 'application/json' };
    for (const path of ['/v3/generatetoken', '/generatetoken']) {
      await sandbox.post(path, { grant_type: 'jwt_token' }, headers);
      assert.ok(passedAll(await last()), path);
    }
    const again = { ...headers, 'ms-requestid': 'aaaabbbb-9999-cccc-1111-dddd2222eeee' };
    for (const finding of [undefined, 'given again']) {
      await sandbox.post('/v3/generatetoken', { grant_type: 'jwt_token' }, again);
      assert.equal((await last()).checks?.at(-1)?.finding, finding);
    }
    await sandbox.fetch(`${sandbox.url}/v1/customers`, { headers });
    assert.ok(passedAll(await last()));
  });

  test('a device code, an authorize request, and the referrals', async () => {
    await sandbox.post('/organizations/oauth2/v2.0/devicecode', { client_id: publicApplication, scope: graph });
    assert.ok(passedAll(await last()), JSON.stringify((await last()).checks));
    const query = new URLSearchParams({
      client_id: fixedApplication,
      response_type: 'code',
      redirect_uri: 'http://localhost:8400',
      scope: graph,
    });
    await sandbox.fetch(`${sandbox.url}/contoso.com/oauth2/v2.0/authorize?${query}`, { redirect: 'manual' });
    assert.ok(passedAll(await last()), JSON.stringify((await last()).checks));
    const { access_token } = await bearerOf(await signIn(sandbox, john, 'PCTestPassword@123'));
    const headers = { authorization: `Bearer ${access_token}` };
    await sandbox.fetch(`${sandbox.url}/v1.0/engagements/referrals`, { headers });
    assert.ok(passedAll(await last()), JSON.stringify((await last()).checks));
  });
});

describe('what is refused names the check that refused it, and says what explain says of the code', () => {
  const app = { grant_type: 'client_credentials', client_secret: fixedSecret };
  const password = { grant_type: 'password', username: john, password: 'PCTestPassword@123' };
  const withSecret = { ...password, client_secret: fixedSecret, scope: partnerCenter };
  const refused: readonly (readonly [code: string, check: string, ask: () => Promise<Response>])[] = [
    ['AADSTS900144', 'request', () => sandbox.post('/contoso.com/oauth2/token', { grant_type: 'password' })],
    ['AADSTS70003', 'grant', () => token({ grant_type: 'magic' })],
    ['AADSTS90002', 'tenant', () => token(app, 'nobody.example')],
    ['AADSTS700016', 'client', () => token({ ...app, client_id: 'ffffffff-0000-cccc-1111-dddd2222eeee' })],
    ['AADSTS7000215', 'authentication', () => token({ ...app, client_secret: 'wrong', scope: graph })],
    ['AADSTS500011', 'permissions', () => token({ ...app, scope: 'https://nowhere.example/.default' })],
    ['AADSTS50126', 'proof', () => token({ ...withSecret, password: 'wrong' })],
    ['AADSTS50076', 'proof', () => token({ ...withSecret, username: jane, password: 'PCTestPassword@456' })],
    ['AADSTS650053', 'consent', () => token({ ...withSecret, scope: 'https://graph.microsoft.com/No.Such' })],
  ];
  for (const [code, check, ask] of refused) {
    test(`${code}: ${check}`, async () => {
      await ask();
      const flow = await last();
      assert.deepEqual([flow.errorCodes, stoppedBy(flow)], [[code], check]);
      assert.deepEqual(flow.explanations, [explanationOf(code)]);
      const at = flow.checks?.findIndex(({ name }) => name === check) ?? 0;
      assert.ok(flow.checks?.slice(0, at).every(({ result }) => result === 'passed'));
      assert.ok(flow.checks?.slice(at + 1).every(({ result }) => result === 'notReached'));
    });
  }

  test('an exchange, by the row that refused it', async () => {
    const { access_token } = await bearerOf(await signIn(sandbox, john, 'PCTestPassword@123'));
    const app = await bearerOf(await appToken(sandbox));
    const ask = (headers: Record<string, string>, body: Record<string, string> = { grant_type: 'jwt_token' }) =>
      sandbox.post('/v3/generatetoken', body, headers);
    const good = { authorization: `Bearer ${app.access_token}`, accept: 'application/json' };
    for (const [code, check, send] of [
      ['800002', 'accept', () => ask({ ...good, accept: 'image/png' })],
      ['800001', 'bearer', () => ask({ accept: 'application/json' })],
      ['900420', 'audience', () => ask({ ...good, authorization: `Bearer ${access_token}` })],
      ['800002', 'headers', () => ask({ ...good, 'ms-requestid': ' ' })],
      ['3000', 'body', () => ask(good, { grant_type: 'other' })],
    ] as const) {
      await send();
      const flow = await last();
      assert.deepEqual([flow.errorCodes, stoppedBy(flow)], [[code], check]);
      assert.deepEqual(flow.explanations, [explanationOf(code)]);
    }
  });

  test('a call of the Referrals API, whose gateway has sentences and no codes', async () => {
    const { access_token } = await bearerOf(await appToken(sandbox));
    await sandbox.fetch(`${sandbox.url}/v1.0/engagements/referrals`, {
      headers: { authorization: `Bearer ${access_token}` },
    });
    const flow = await last();
    assert.deepEqual([flow.status, stoppedBy(flow)], [401, 'bearer']);
    assert.equal(flow.message, 'Unauthorized. Access token has an invalid audience.');
  });

  test('a fault that is set answers before any of them', async () => {
    await control.addFault({ endpoint: 'token', error: 'AADSTS50196' });
    await appToken(sandbox);
    const flow = await last();
    assert.deepEqual([stoppedBy(flow), flow.checks?.length, flow.errorCodes], ['fault', 1, ['AADSTS50196']]);
  });
});

describe('looking for one', () => {
  test('by correlation id: whatever of one story carried it, newest first', async () => {
    await control.clearRequests();
    const id = 'eeeeffff-4444-aaaa-5555-bbbb6666cccc';
    await sandbox.post('/common/oauth2/token', { grant_type: 'nonsense' }, { 'client-request-id': id });
    await sandbox.post('/v3/generatetoken', {}, { accept: 'application/json', 'ms-correlationid': id });
    await appToken(sandbox);
    const { flows, total } = await control.flows({ correlationId: id.toUpperCase() });
    assert.deepEqual([flows.map(({ endpoint }) => endpoint), total], [['generatetoken', 'token'], 2]);
    for (const search of [id.slice(0, 13), 'AADSTS900144', '800001']) {
      assert.ok((await control.flows({ search })).total >= 1, search);
    }
    assert.equal((await control.flows({ search: 'nothing has this' })).total, 0);
    assert.equal((await control.flow(flows[0]?.id ?? '')).endpoint, 'generatetoken');
    await assert.rejects(control.flow('999999'), { code: 'notFound' });
  });

  test('what is no token request, exchange or partner call is none', async () => {
    await control.clearRequests();
    await sandbox.fetch(`${sandbox.url}/livez`);
    await sandbox.fetch(`${sandbox.url}/common/discovery/keys`);
    assert.equal((await control.requests()).length, 2);
    const other = (await control.requests())[0]?.id ?? '';
    assert.equal((await control.flows()).total, 0);
    await assert.rejects(control.flow(other), { code: 'notFound' });
  });

  test('many are paged', async () => {
    await control.clearRequests();
    for (let count = 0; count < 7; count++) await token({ grant_type: `magic${count}` });
    const { flows, total } = await control.flows({ skip: 2, top: 3 });
    assert.equal(total, 7);
    assert.equal(flows.length, 3);
    const ids = flows.map(({ id }) => Number(id));
    assert.deepEqual(
      ids,
      ids.toSorted((left, right) => right - left),
    );
  });
});

test('rows 29, 57: nothing of a flow is a secret, wherever somebody put it', async () => {
  await control.clearRequests();
  const secrets = ['Planted-Secret-1', 'Planted-Secret-2', 'Planted-Secret-3', 'Planted-Secret-4'] as const;
  const [one, two, three, four] = secrets;
  await token({ grant_type: 'password', username: one, password: two, client_secret: three, scope: graph });
  await token({ grant_type: 'client_credentials', client_id: one, client_secret: two, scope: graph });
  await token({ grant_type: one, client_secret: two });
  await sandbox.post(`/contoso.com/oauth2/v2.0/token`, { client_secert: four, [three]: '' });
  const { access_token } = await bearerOf(await signIn(sandbox, john, 'PCTestPassword@123'));
  const correlation = { accept: 'application/json', authorization: `Bearer ${access_token}` };
  await sandbox.post('/v3/generatetoken', {}, { ...correlation, 'ms-correlationid': access_token.slice(0, 120) });
  const text = JSON.stringify(await control.flows());
  assert.ok(text.includes('generatetoken'));
  for (const secret of [...secrets.slice(1), 'PCTestPassword@123', access_token.slice(0, 60)]) {
    assert.equal(text.includes(secret), false, secret);
  }
});
