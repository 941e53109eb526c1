import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { jane, john } from '../control/fixture.ts';
import { adventureWorks, fabrikam, partnerCenter, wingtip } from './fixture.ts';

const sandbox = await partnerCenter(`
users:
  - { userPrincipalName: helper@contoso.com, displayName: H, passwordProfile: { password: p }, partnerRoles: [Helpdesk agent] }
  - { userPrincipalName: own@fabrikam.onmicrosoft.com, displayName: O, passwordProfile: { password: p } }
`);
const { send } = sandbox;
const customers = '/v1/customers';
const link = (uri: string) => ({ uri, method: 'GET', headers: [] });

const resourceOf = (tenantId: string, companyName: string, domain: string) => ({
  id: tenantId,
  companyProfile: {
    tenantId,
    domain,
    companyName,
    links: { self: link(`/customers/${tenantId}/profiles/company`) },
    attributes: { objectType: 'CustomerCompanyProfile' },
  },
  relationshipToPartner: 'reseller',
  links: { self: link(`/customers/${tenantId}`) },
  attributes: { objectType: 'Customer' },
});

test('the list, in the document’s form', async () => {
  const { status, body } = await send('GET', `${customers}?size=40`);
  assert.deepEqual(
    [status, body],
    [
      200,
      {
        totalCount: 3,
        items: [
          resourceOf(adventureWorks, 'Adventure Works', 'adventure-works.onmicrosoft.com'),
          resourceOf(fabrikam, 'Fabrikam, Inc.', 'fabrikam.onmicrosoft.com'),
          resourceOf(wingtip, 'Wingtip Toys', 'wingtip.onmicrosoft.com'),
        ],
        links: { self: link('/customers?size=40') },
        attributes: { objectType: 'Collection' },
      },
    ],
  );
});

test('one customer has what the list does not say; a path is found in any letter case', async () => {
  for (const [id, delegated] of [
    [fabrikam, true],
    [wingtip, false],
  ] as const) {
    const { status, body } = await send('GET', `/V1/Customers/${id.toUpperCase()}`);
    assert.deepEqual([status, body.id, body.allowDelegatedAccess], [200, id, delegated]);
  }
});

test('its relationships: roles, end and standing', async () => {
  const { body } = await send('GET', `${customers}/${wingtip}/relationships`);
  const [relationship] = body.items;
  assert.deepEqual(
    [relationship.status, relationship.endDateTime, relationship.accessDetails],
    [
      'expired',
      '2025-06-30T00:00:00.000Z',
      {
        unifiedRoles: [
          { roleDefinitionId: '88d8e3e3-8f55-4a1e-953a-9b9898b8876b' },
          { roleDefinitionId: '729827e3-9c14-49f7-bb1b-9608f156bbb8' },
        ],
      },
    ],
  );
});

describe('page by page', () => {
  test('links.next and its continuation token lead through all', async () => {
    const names: string[] = [];
    let next: { uri: string; headers: { key: string; value: string }[] } = { uri: '/customers?size=2', headers: [] };
    let pages = 0;
    while (next !== undefined) {
      const headers = Object.fromEntries(next.headers.map(({ key, value }) => [key, value]));
      const { body } = await send('GET', `/v1${next.uri}`, { headers });
      names.push(
        ...body.items.map((item: { companyProfile: { companyName: string } }) => item.companyProfile.companyName),
      );
      assert.equal(body.totalCount, body.items.length);
      assert.equal(body.continuationToken, body.links.next?.headers[0].value);
      next = body.links.next;
      pages += 1;
    }
    assert.deepEqual([pages, names], [2, ['Adventure Works', 'Fabrikam, Inc.', 'Wingtip Toys']]);
  });

  const filtered = [
    ['CompanyName', 'FAB', [fabrikam]],
    ['Domain', 'wing', [wingtip]],
    ['CompanyName', 'zzz', []],
  ] as const;
  for (const [Field, Value, ids] of filtered) {
    test(`filter ${Field} starts with ${Value}`, async () => {
      const filter = encodeURIComponent(JSON.stringify({ Field, Value, Operator: 'starts_with' }));
      const { body } = await send('GET', `${customers}?size=10&filter=${filter}`);
      assert.deepEqual(
        body.items.map(({ id }: { id: string }) => id),
        ids,
      );
    });
  }

  const refused = [
    ['size=0', {}, 'size'],
    ['size=501', {}, 'size'],
    ['size=many', {}, 'size'],
    ['filter=x', {}, 'filter'],
    [`filter=${encodeURIComponent('{"Field":"constructor","Value":"x","Operator":"starts_with"}')}`, {}, 'filter'],
    ['seekOperation=Next', {}, 'MS-ContinuationToken'],
    ['seekOperation=Last', {}, 'seekOperation'],
    ['size=2&seekOperation=Next', { 'MS-ContinuationToken': 'garbage' }, 'MS-ContinuationToken'],
    ['', { 'MS-ContinuationToken': Buffer.from('{"skip":-1,"size":2}').toString('base64url') }, 'MS-ContinuationToken'],
  ] as const;
  for (const [query, headers, name] of refused) {
    test(`${query} ${JSON.stringify(headers)} is refused`, async () => {
      const { status, body } = await send('GET', `${customers}?${query}`, { headers });
      assert.deepEqual([status, body.code, body.data], [400, '3000', [name]], body.description);
    });
  }
});

const partner = 'https://api.partner.microsoft.com';
const verdicts: readonly (readonly [string, Parameters<typeof send>[2], number, string | undefined])[] = [
  ['app-only', { token: {} }, 200, undefined],
  ['an Admin agent with MFA', {}, 200, undefined],
  ['a Helpdesk agent', { token: { user: 'helper@contoso.com', mfa: true } }, 200, undefined],
  ['no bearer', { token: undefined }, 401, '800001'],
  ['a bearer that is none', { token: undefined, headers: { authorization: 'Bearer x.y.z' } }, 401, '400'],
  ['an expired one', { token: { flaws: ['expired'] } }, 401, '400'],
  ['one for the partner host', { token: { user: jane, resource: partner } }, 401, '900420'],
  ['one for the retired Graph', { token: { resource: 'https://graph.windows.net' } }, 401, '900420'],
  ['a user without MFA', { token: { user: jane, mfa: false } }, 401, '900421'],
  ['a user without a role', { token: { user: john, mfa: true } }, 403, '900308'],
  ['a tenant that is no partner', { token: { tenant: fabrikam } }, 404, '60003'],
  [
    'an application nobody enabled',
    { token: { claims: { appid: '22220000-0000-4000-8000-000000000001' } } },
    403,
    '2032',
  ],
];
describe('row 53: who may ask', () => {
  for (const [name, more, status, code] of verdicts) {
    test(`${name}: ${status} ${code ?? ''}`, async () => {
      const answer = await send('GET', customers, more);
      assert.deepEqual([answer.status, answer.body.code], [status, code]);
      assert.equal(answer.headers.get('www-authenticate') !== null, status === 401);
    });
  }

  test('ids that are not a customer’s are all alike: the own tenant, an unknown one', async () => {
    const answers = await Promise.all(
      ['aaaabbbb-0000-cccc-1111-dddd2222eeee', '99999999-0000-0000-0000-000000000009'].map((id) =>
        send('GET', `${customers}/${id}`),
      ),
    );
    assert.deepEqual(
      answers.map(({ status, body }) => [status, body.code]),
      [
        [403, '20002'],
        [403, '20002'],
      ],
    );
    assert.deepEqual((await send('GET', `${customers}/fabrikam`)).body.code, '3000');
  });
});

describe('the frame', () => {
  test('both ids come back, or are made; errors too', async () => {
    const ids = { 'ms-requestid': 'r-1', 'ms-correlationid': 'c-1' };
    for (const token of [{}, undefined]) {
      const { headers } = await send('GET', customers, { token, headers: ids });
      assert.deepEqual([headers.get('MS-RequestId'), headers.get('MS-CorrelationId')], ['r-1', 'c-1']);
      assert.equal(headers.get('cache-control'), 'no-store');
    }
    assert.equal((await send('GET', customers)).headers.get('MS-RequestId')?.length, 36);
  });

  const asked = [
    [{}, 'true', null],
    [{ user: jane }, 'true', 'true'],
    [{ user: jane, mfa: false }, 'true', 'false'],
    [{ user: jane }, 'false', null],
  ] as const;
  for (const [token, header, answer] of asked) {
    test(`ValidateMfa: ${header} with ${JSON.stringify(token)}: ${answer}`, async () => {
      const { headers } = await send('GET', customers, { token, headers: { ValidateMfa: header } });
      assert.equal(headers.get('isMfaCompliant'), answer);
    });
  }

  const others = [
    ['POST', customers, 405, '800002', 'GET'],
    ['PUT', `${customers}/${fabrikam}/applicationconsents`, 405, '800002', 'POST'],
    ['GET', `${customers}/${fabrikam}/subscriptions`, 404, '1000', null],
    ['GET', `${customers}x`, 404, '1000', null],
  ] as const;
  for (const [method, path, status, code, allow] of others) {
    test(`${method} ${path}: ${status}`, async () => {
      const answer = await send(method, path, { headers: { accept: 'application/json' } });
      assert.deepEqual([answer.status, answer.body.code, answer.headers.get('allow')], [status, code, allow]);
      assert.deepEqual(Object.keys(answer.body), ['code', 'description', 'source']);
    });
  }

  test('50 requests a second of one application, whoever its users are; the next waits as long as it is told', async () => {
    const own = await partnerCenter();
    const statuses = await Promise.all(
      Array.from({ length: 60 }, (_, index) =>
        own.send('GET', customers, { token: index % 2 === 0 ? {} : { user: jane } }).then(({ status }) => status),
      ),
    );
    assert.deepEqual(
      [200, 429].map((status) => statuses.filter((one) => one === status).length),
      [50, 10],
    );
    const late = await own.send('GET', customers);
    assert.deepEqual([late.status, late.body.code, late.headers.get('retry-after')], [429, '800002', '1']);
    const another = await own.send('GET', customers, {
      token: { application: '11112222-bbbb-3333-cccc-4444dddd5555' },
    });
    assert.equal(another.status, 200);
    own.clock.advance(1);
    assert.equal((await own.send('GET', customers)).status, 200);
  });
});
