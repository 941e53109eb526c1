import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { order, partnerApi, path } from './fixture.ts';

const { send, clock } = await partnerApi();
const [cloud, modern, security] = ['Cloud migration', 'Modern workplace', 'Security review'];

async function ask(query: string, token = 'admin') {
  const { status, body } = await send('GET', `${path}?${query}`, { token });
  return { status, body, names: body.value?.map(({ name }: { name: string }) => name) };
}

const found: readonly (readonly [string, readonly (string | undefined)[]])[] = [
  ['$orderby=createdDateTime desc', [security, modern, cloud]],
  ['$orderby=updatedDateTime', [cloud, modern, security]],
  ['$orderby=createdDateTime desc&$top=1', [security]],
  ['$orderby=createdDateTime desc&$skip=1&$top=1', [modern]],
  ['$top=0', []],
  ['$skip=3', []],
  ["$filter=status eq 'New'", [cloud]],
  ["$filter=status ne 'new'", [modern, security]],
  ["$filter=(type eq 'Shared' and direction eq 'Incoming')", [modern]],
  ["$filter=status eq 'New' or status eq 'Closed'", [cloud, security]],
  ["$filter=status eq 'New' or (status eq 'Closed' and substatus eq 'Lost')", [cloud]],
  ["$filter=engagementId eq '00000003-aaaa-4bbb-8ccc-ddddeeee0002'", [security]],
  ["$filter=customerProfile/address/country eq 'US' and details/dealValue eq 20000", [modern]],
  ["$filter=team/any(t:t/email eq 'mary.major@contoso.com')", [modern]],
  ["$filter=status eq 'Active' and type eq 'Shared' and team/any(t:t/email eq 'john.doe@contoso.com')", [modern]],
  ["$filter=name eq 'O''Reilly'", []],
  ["$filter=constructor/name eq 'Object'", []],
];
for (const [query, names] of found) {
  test(`${query}: ${names.length}`, async () => {
    assert.deepEqual((await ask(query)).names, names);
  });
}

test('the count is of all that fit, not of the page', async () => {
  const { body } = await ask('$top=1');
  assert.deepEqual([body['@odata.count'], body.value.length, '@odata.nextLink' in body], [3, 1, false]);
});

test('$select gives these members alone', async () => {
  const { body } = await ask('$select=id,status&$top=1');
  assert.deepEqual(body.value, [{ id: '00000001-aaaa-4bbb-8ccc-ddddeeee0001', status: 'New' }]);
});

test('a filter shows nobody more than they may read', async () => {
  assert.deepEqual((await ask("$filter=status ne 'x'", 'member')).names, [modern]);
});

const refused = [
  ['$top=-1', '$top'],
  ['$top=501', '$top'],
  ['$skip=x', '$skip'],
  ['$orderby=name', '$orderby'],
  ['$orderby=createdDateTime down', '$orderby'],
  ['$expand=team', '$expand'],
  ['$top=1&$top=2', '$top'],
  ['$count=maybe', '$count'],
  ['$select=a b', '$select'],
  ['$filter=', '$filter'],
  ['$filter=status', '$filter'],
  ["$filter=status gt 'New'", '$filter'],
  ['$filter=status eq New', '$filter'],
  ["$filter=status eq 'New", '$filter'],
  ["$filter=(status eq 'New'", '$filter'],
  ["$filter=status eq 'New' 'x'", '$filter'],
  ["$filter=team/any(t:s/email eq 'x')", '$filter'],
  [`$filter=${'('.repeat(2000)}`, '$filter'],
  [`$filter=${'a'.repeat(2049)}`, '$filter'],
] as const;
for (const [query, option] of refused) {
  test(`${query.slice(0, 40)} is refused by its name`, async () => {
    const { status, body } = await ask(query);
    assert.deepEqual([status, body.message.startsWith(`${option}: `)], [400, true], body.message);
  });
}

describe('more than a page', () => {
  test('the next links lead through all, each once', async () => {
    for (let index = 0; index < 247; index++) {
      clock.advance(1);
      await send('POST', path, { body: { ...order, name: `n${index}` } });
    }
    const names: string[] = [];
    let next: string | undefined = `${path}?$orderby=createdDateTime desc`;
    let pages = 0;
    while (next !== undefined) {
      const { body } = await send('GET', next);
      names.push(...body.value.map(({ name }: { name: string }) => name));
      next = body['@odata.nextLink']?.replace('https://api.partner.microsoft.com', '');
      pages += 1;
    }
    assert.deepEqual([pages, names.length, new Set(names).size, names[0]], [3, 250, 250, 'n246']);
  });
});
