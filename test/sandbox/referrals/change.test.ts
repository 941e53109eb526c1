import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import fc from 'fast-check';
import { order, partnerApi, partnerTenant, path } from './fixture.ts';

const first = '00000001-aaaa-4bbb-8ccc-ddddeeee0001';

test('what is created is answered whole, at its address, and read by its team', async () => {
  const { send } = await partnerApi();
  const team = [{ firstName: 'Mary', lastName: 'Major', email: 'Mary.Major@contoso.com', phoneNumber: '1' }];
  const created = await send('POST', path, { body: { ...order, name: 'New lead', team } });
  const { id, engagementId, eTag, links, ...rest } = created.body;
  assert.equal(created.status, 201);
  assert.deepEqual(rest, {
    organizationId: partnerTenant,
    organizationName: 'Contoso',
    createdDateTime: '2026-11-21T09:00:00.000Z',
    updatedDateTime: '2026-11-21T09:00:00.000Z',
    direction: 'Outgoing',
    location: { id: partnerTenant, name: 'Contoso', country: 'US' },
    consent: order.consent,
    status: 'New',
    type: 'Independent',
    qualification: 'Direct',
    details: order.details,
    team,
    name: 'New lead',
    substatus: 'Received',
    customerProfile: { ...order.customerProfile, country: 'US' },
  });
  assert.deepEqual(
    [links.self.uri, created.headers.get('location'), created.headers.get('etag')],
    [`https://api.partner.microsoft.com${path}/${id}`, links.self.uri, eTag],
  );
  assert.equal(typeof engagementId, 'string');
  const read = await send('GET', `${path}/${id}`, { token: 'member' });
  assert.deepEqual([read.status, read.body, read.headers.get('etag')], [200, created.body, eTag]);
});

test('the sample request of the document creates a referral', async () => {
  const { send } = await partnerApi();
  const contact = { contactPreference: { locale: 'en-us', disableNotifications: false } };
  const body = {
    createdDateTime: '2018-11-06T18:40:42.6178337Z',
    updatedDateTime: '2018-11-06T18:40:42.6178337Z',
    expirationDateTime: '2018-11-14T00:00:00Z',
    status: 'Closed',
    substatus: 'Won',
    statusReason: 'Customer engagement was a success!',
    qualification: 'SalesQualified',
    type: 'Independent',
    customerProfile: {
      name: 'Contoso Customer Inc',
      address: { addressLine1: 'One Microsoft Way', addressLine2: '34', city: 'Redmond', state: 'WA', country: 'US' },
      size: '10to50employees',
      team: [{ ...contact, firstName: 'Sue', lastName: 'Smith', phoneNumber: '1', email: 'sue.smith@contoso.com' }],
      ids: [],
    },
    consent: order.consent,
    details: {
      notes: 'Customer is looking to leverage Dynamics 365.',
      dealValue: 50_000,
      currency: 'USD',
      closingDateTime: '2018-11-14T00:00:00Z',
      requirements: { industries: [{ id: 'Manufacturing' }], solutions: [{ name: 'x', type: 'Category', id: 'y' }] },
    },
    team: [{ ...contact, firstName: 'John', lastName: 'Doe', phoneNumber: '1', email: 'john.doe@microsoft.com' }],
    inviteContext: { notes: 'Hi ABC Partner', invitedBy: { organizationId: 'msft' } },
  };
  const created = await send('POST', path, { body });
  const { createdDateTime: _, updatedDateTime: __, customerProfile, ...stated } = body;
  assert.equal(created.status, 201, JSON.stringify(created.body));
  assert.deepEqual({ ...created.body, ...stated }, created.body);
  assert.deepEqual(created.body.customerProfile, { ...customerProfile, country: 'US' });
  assert.equal(created.body.createdDateTime, '2026-11-21T09:00:00.000Z');
});

const withOut = (member: string) => Object.fromEntries(Object.entries(order).filter(([name]) => name !== member));
const invalid: readonly (readonly [string, unknown, string])[] = [
  ['no type', withOut('type'), 'type'],
  ['no customerProfile', withOut('customerProfile'), 'customerProfile'],
  ['no consent', withOut('consent'), 'consent'],
  ['no details', withOut('details'), 'details'],
  ['an unknown type', { ...order, type: 'Other' }, 'type'],
  ['an unknown status', { ...order, status: 'Open' }, 'status'],
  ['a substatus of another status', { ...order, substatus: 'Won' }, 'substatus'],
  ['closed without a substatus', { ...order, status: 'Closed' }, 'substatus'],
  ['a negative value', { ...order, details: { ...order.details, dealValue: -1 } }, 'details.dealValue'],
  ['a value that is no number', { ...order, details: { ...order.details, dealValue: 'much' } }, 'details.dealValue'],
  ['a team member without an address', { ...order, team: [{ firstName: 'A', lastName: 'B' }] }, 'team[0].email'],
  ['no country', { ...order, customerProfile: { name: 'C' } }, 'customerProfile.address.country'],
  ['a date that is none', { ...order, expirationDateTime: 'soon' }, 'expirationDateTime'],
  ['an unknown member', { ...order, colour: 'red' }, 'unknown'],
  ['a list', [order], ''],
];
describe('a body that is no referral is refused by one sentence that names the member', async () => {
  const { send } = await partnerApi();
  for (const [name, body, member] of invalid) {
    test(name, async () => {
      const { status, body: answer } = await send('POST', path, { body });
      assert.deepEqual([status, answer.statusCode], [400, 400]);
      assert.equal(member === '' || answer.message.startsWith(`${member}: `), true, answer.message);
      assert.equal((await send('GET', path)).body['@odata.count'], 3);
    });
  }

  const unreadable = [
    ['{', 'application/json', 400],
    ['{"type":"Shared","type":"Shared"}', 'application/json', 400],
    ['{}', 'text/plain', 415],
    [' '.repeat(65_537), 'application/json', 413],
  ] as const;
  for (const [body, type, expected] of unreadable) {
    test(`${body.slice(0, 20)} as ${type}: ${expected}`, async () => {
      assert.equal((await send('POST', path, { body, headers: { 'content-type': type } })).status, expected);
    });
  }
});

describe('an update', () => {
  test('by the document’s JSON Patch: 204 with nothing, and the referral is another', async () => {
    const { send, clock } = await partnerApi();
    const before = (await send('GET', `${path}/${first}`)).body;
    clock.advance(60);
    const patch = [
      { op: 'replace', path: '/details/dealValue', value: '10000' },
      { op: 'replace', path: '/details/notes', value: 'Lorem ipsum dolor sit amet.' },
      { op: 'add', path: '/team/-', value: { email: 'jane.doe@contoso.com', firstName: 'Jane', lastName: 'Doe' } },
    ];
    const updated = await send('PATCH', `${path}/${first}`, { body: patch });
    const { eTag, ...after } = (await send('GET', `${path}/${first}`)).body;
    assert.deepEqual([updated.status, updated.body, updated.headers.get('etag')], [204, undefined, eTag]);
    assert.notEqual(eTag, before.eTag);
    const { eTag: _, ...unchanged } = before;
    assert.deepEqual(after, {
      ...unchanged,
      updatedDateTime: '2026-11-21T09:01:00.000Z',
      details: { ...before.details, dealValue: 10_000, notes: 'Lorem ipsum dolor sit amet.' },
      team: [...before.team, { email: 'jane.doe@contoso.com', firstName: 'Jane', lastName: 'Doe' }],
    });
  });

  test('with Prefer: return=representation is answered with the referral', async () => {
    const { send } = await partnerApi();
    const patch = [
      { op: 'replace', path: '/status', value: 'Closed' },
      { op: 'replace', path: '/substatus', value: 'Won' },
    ];
    const headers = { prefer: 'return=representation' };
    const { status, body } = await send('PATCH', `${path}/${first}`, { body: patch, headers });
    assert.deepEqual([status, body.status, body.substatus], [200, 'Closed', 'Won']);
    const reopened = await send('PATCH', `${path}/${first}`, { body: { status: 'Active', substatus: 'Accepted' } });
    assert.deepEqual(
      [reopened.status, reopened.body.message],
      [400, 'status: cannot become Active: after Closed comes Closed.'],
    );
  });

  test('by an object is a merge; null takes a member away', async () => {
    const { send } = await partnerApi();
    const merge = (body: object) => send('PATCH', `${path}/${first}`, { body });
    assert.equal((await merge({ statusReason: 'because', details: { notes: 'Other' } })).status, 204);
    const merged = (await send('GET', `${path}/${first}`)).body;
    assert.deepEqual(
      [merged.statusReason, merged.details],
      ['because', { notes: 'Other', dealValue: 10_000, currency: 'USD' }],
    );
    await merge({ statusReason: null });
    assert.equal('statusReason' in (await send('GET', `${path}/${first}`)).body, false);
  });

  test('ids, organization and times stay, whatever is sent', async () => {
    const { send } = await partnerApi();
    const before = (await send('GET', `${path}/${first}`)).body;
    const stolen = {
      id: 'x',
      engagementId: '00000009-aaaa-4bbb-8ccc-ddddeeee0002',
      organizationId: '55555555-5555-5555-5555-555555555555',
      createdDateTime: '2000-01-01T00:00:00Z',
    };
    assert.equal((await send('PATCH', `${path}/${first}`, { body: stolen })).status, 204);
    const after = (await send('GET', `${path}/${first}`)).body;
    const ids = ['id', 'engagementId', 'organizationId', 'createdDateTime'];
    assert.deepEqual(
      ids.map((name) => after[name]),
      ids.map((name) => before[name]),
    );
  });

  const refusedPatches = [
    [[{ op: 'remove', path: '/team/0' }], '[0].op'],
    [[{ op: 'replace', path: 'name', value: 'x' }], '[0].path'],
    [[{ op: 'replace', path: '/name' }], '[0].value'],
    [[{ op: 'replace', path: '/id', value: 'x' }], '[0].path'],
    [[{ op: 'replace', path: '/team/7/email', value: 'x@y.z' }], '[0].path'],
    [[{ op: 'replace', path: '/team/7', value: {} }], '[0].path'],
    [[{ op: 'add', path: '/team/2', value: {} }], '[0].path'],
    [[{ op: 'add', path: '/__proto__/polluted', value: true }], '[0].path'],
    [[{ op: 'add', path: '/__proto__', value: { polluted: true } }], '[0].path'],
    [[{ op: 'add', path: '/colour', value: 'red' }], 'unknown'],
    [['x'], '[0]'],
    ['text', 'The body'],
    [{ type: 'Other' }, 'type'],
  ] as const;
  for (const [body, member] of refusedPatches) {
    test(`${JSON.stringify(body)} is refused, and nothing changes`, async () => {
      const { send } = await partnerApi();
      const before = (await send('GET', `${path}/${first}`)).body;
      const { status, body: answer } = await send('PATCH', `${path}/${first}`, { body: JSON.stringify(body) });
      assert.equal(status, 400);
      assert.equal(answer.message.startsWith(member), true, answer.message);
      assert.deepEqual((await send('GET', `${path}/${first}`)).body, before);
      assert.equal('polluted' in {}, false);
    });
  }
});

describe('If-Match', () => {
  test('a stale eTag is 412, the eTag of the moment and * are taken, and without the header nobody asks', async () => {
    const { send } = await partnerApi();
    const { eTag } = (await send('GET', `${path}/${first}`)).body;
    const update = (name: string, headers: Record<string, string> = {}) =>
      send('PATCH', `${path}/${first}`, { body: { name }, headers });
    const statuses = [
      (await update('one', { 'if-match': eTag })).status,
      (await update('two', { 'if-match': eTag })).status,
      (await update('three', { 'if-match': `"x", ${(await send('GET', `${path}/${first}`)).body.eTag}` })).status,
      (await update('four', { 'if-match': '*' })).status,
      (await update('five')).status,
    ];
    assert.deepEqual(statuses, [204, 412, 204, 204, 204]);
    assert.equal((await send('GET', `${path}/${first}`)).body.name, 'five');
  });

  test('of many updates of one eTag at once, one is made', async () => {
    const { send } = await partnerApi();
    const { eTag } = (await send('GET', `${path}/${first}`)).body;
    const answers = await Promise.all(
      Array.from({ length: 10 }, (_, index) =>
        send('PATCH', `${path}/${first}`, { body: { name: `n${index}` }, headers: { 'if-match': eTag } }),
      ),
    );
    assert.deepEqual(answers.map(({ status }) => status).sort(), [204, ...Array.from({ length: 9 }, () => 412)]);
  });
});

test('any JSON as a body is taken or refused with 400, and what is kept can be read', async () => {
  const { send } = await partnerApi();
  const member = fc.constantFrom(...Object.keys(order), 'name', 'team', 'status', 'substatus', 'location', '__proto__');
  const operation = fc.record({
    op: fc.constantFrom('add', 'replace'),
    path: fc.oneof(
      member.map((name) => `/${name}`),
      fc.constantFrom('/team/-', '/details/notes', '/', '//', '/team/0/x'),
    ),
    value: fc.jsonValue({ maxDepth: 2 }),
  });
  const body = fc.oneof(fc.array(operation, { maxLength: 4 }), fc.dictionary(member, fc.jsonValue({ maxDepth: 2 })));
  await fc.assert(
    fc.asyncProperty(body, fc.boolean(), async (json, creates) => {
      const sent = Array.isArray(json) ? json : creates ? { ...order, ...json } : json;
      const answer = await send(creates ? 'POST' : 'PATCH', creates ? path : `${path}/${first}`, {
        body: JSON.stringify(sent),
      });
      assert.ok([201, 204, 400].includes(answer.status), JSON.stringify(answer.body));
      assert.equal((await send('GET', path)).status, 200);
    }),
    { numRuns: 300 },
  );
});
