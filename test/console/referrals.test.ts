import assert from 'node:assert/strict';
import { after, describe, test } from 'node:test';
import { admin, consoleSandbox, problemsOf, rowsOf, signedInAs } from './fixture.ts';

const northwind = '77777777-0000-4000-8000-000000000001';
const theirs = '88888888-0000-4000-8000-000000000001';
const sandbox = await consoleSandbox(
  JSON.stringify({
    tenants: [
      { id: northwind, displayName: 'Northwind', verifiedDomains: ['northwind.example'], partnerAccount: true },
    ],
    referrals: [
      {
        ...{ id: theirs, engagementId: theirs, organizationId: northwind, name: 'Theirs' },
        ...{ status: 'New', substatus: 'Received' },
        ...{ createdDateTime: '2026-01-10T09:00:00Z', updatedDateTime: '2026-01-10T09:00:00Z' },
        location: { id: northwind, name: 'Northwind', country: 'US' },
        customerProfile: { name: 'Somebody', country: 'US' },
        details: { notes: '', dealValue: 1, currency: 'USD' },
      },
    ],
  }),
);
after(() => sandbox.close());

const path = '/console/referrals';
const minimal = { name: 'New workplace', customerName: 'Fabrikam, Inc.', country: 'DE' };
const added = async (name: string) => (await sandbox.control.referrals()).find((one) => one.name === name);

describe('the list', () => {
  test('has the partner’s own with location, team and status, and is searched', async () => {
    await using world = await consoleSandbox();
    const browser = await signedInAs(world, admin, path);
    assert.deepEqual(rowsOf(browser.shown()), [
      ['Cloud migration Fabrikam, Inc.', 'Contoso Redmond US', 'john.doe@contoso.com', 'New Received'],
      [
        'Modern workplace Fabrikam, Inc.',
        'Contoso München DE',
        'john.doe@contoso.com, mary.major@contoso.com',
        'Active Engaged',
      ],
      ['Security review Fabrikam, Inc.', 'Contoso München DE', 'Nobody', 'Closed Won'],
    ]);
    for (const [search, name] of [
      ['redmond', 'Cloud migration Fabrikam, Inc.'],
      ['MARY', 'Modern workplace Fabrikam, Inc.'],
    ]) {
      assert.deepEqual(
        rowsOf(await browser.open(`${path}?q=${search}`)).map(([cell]) => cell),
        [name],
      );
    }
  });

  test('has none of another partner’s, and removes none', async () => {
    const browser = await signedInAs(sandbox, admin, path);
    assert.equal(browser.shown().html.includes('Theirs'), false);
    const page = await browser.press('Remove', { id: theirs });
    assert.deepEqual([page.status, (await added('Theirs'))?.id], [404, theirs]);
  });
});

describe('a new referral', () => {
  test('came in to the partner itself, with nobody on its team', async () => {
    const browser = await signedInAs(sandbox, admin, `${path}/new`);
    const page = await browser.press('Add', { ...minimal, name: 'Plain' });
    assert.deepEqual([page.url.pathname, page.url.search], [path, '?done=added']);
    const { direction, status, location, team, details, customerProfile } = (await added('Plain')) ?? {};
    assert.deepEqual(
      [direction, status, location?.name, team, details, customerProfile],
      [
        'Incoming',
        'New',
        'Contoso',
        [],
        { notes: '', dealValue: 0, currency: 'USD' },
        { name: 'Fabrikam, Inc.', country: 'DE' },
      ],
    );
  });

  test('has a team, a location that is known, a value and notes', async () => {
    const browser = await signedInAs(sandbox, admin, `${path}/new`);
    const team = ' mary.major@contoso.com\r\njohn.doe@contoso.com\r\n';
    const more = { team, location: 'contoso münchen', dealValue: '1500.5', notes: 'First line\r\nsecond' };
    await browser.press('Add', { ...minimal, name: 'Whole', ...more });
    const referral = await added('Whole');
    assert.deepEqual(
      referral?.team.map(({ firstName, lastName, email }) => `${firstName} ${lastName} ${email}`),
      ['Mary Major mary.major@contoso.com', 'John Doe john.doe@contoso.com'],
    );
    assert.deepEqual(referral?.location, {
      id: '5f0d6d2b-0001-4c1c-9c55-000000000002',
      name: 'Contoso München',
      country: 'DE',
    });
    assert.deepEqual([referral?.details.dealValue, referral?.details.notes], [1500.5, 'First line\r\nsecond']);
  });

  test('makes a location that was not known', async () => {
    const browser = await signedInAs(sandbox, admin, `${path}/new`);
    await browser.press('Add', { ...minimal, name: 'Elsewhere', location: 'Contoso Oslo' });
    const { location } = (await added('Elsewhere')) ?? {};
    assert.deepEqual([location?.name, location?.country], ['Contoso Oslo', 'DE']);
  });

  const wrong = [
    [{ name: '' }, 'name: Name must not be empty.'],
    [{ customerName: ' ' }, 'customerName: Customer must not be empty.'],
    [{ country: '' }, 'country: Country must not be empty.'],
    [{ dealValue: 'much' }, 'dealValue: Deal value must be a number.'],
    [{ dealValue: '-1' }, 'dealValue: Deal value must be at least 0.'],
    [{ notes: 'x'.repeat(4097) }, 'notes: Notes must have at most 4096 characters.'],
    [{ team: 'x'.repeat(257) }, 'team: Team must have at most 256 characters.'],
  ] as const;
  for (const [fields, problem] of wrong) {
    test(`${problem} What was entered stays`, async () => {
      const browser = await signedInAs(sandbox, admin, `${path}/new`);
      const before = (await sandbox.control.referrals()).length;
      const page = await browser.press('Add', { ...minimal, location: 'Kept', ...fields });
      assert.deepEqual([page.status, problemsOf(page)], [400, [problem]]);
      assert.ok(page.html.includes('value="Kept"'));
      assert.equal((await sandbox.control.referrals()).length, before);
    });
  }

  test('is removed, and names are text', async () => {
    await using world = await consoleSandbox();
    const browser = await signedInAs(world, admin, `${path}/new`);
    const page = await browser.press('Add', { ...minimal, name: '<script>', customerName: '<img>' });
    assert.deepEqual(
      [page.html.includes('<script'), page.html.includes('<img'), rowsOf(page).length],
      [false, false, 4],
    );
    const left = await browser.press('Remove');
    assert.deepEqual([left.url.search, rowsOf(left).length], ['?done=removed', 3]);
  });
});
