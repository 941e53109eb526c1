import assert from 'node:assert/strict';
import { after, describe, test } from 'node:test';
import type { TestSandbox } from '../../src/testing/index.ts';
import {
  admin,
  applicationAdministrator,
  consoleSandbox,
  peopleSeed,
  problemsOf,
  rowsOf,
  signedInAs,
  userAdministrator,
} from './fixture.ts';

const northwind = '77777777-0000-4000-8000-000000000001';
const otherPartner = `
tenants:
  - { id: ${northwind}, displayName: Northwind, verifiedDomains: [northwind.example], partnerAccount: true }
  - { id: 77777777-0000-4000-8000-000000000002, displayName: Theirs, verifiedDomains: [theirs.example] }
customers:
  - { partnerTenantId: ${northwind}, tenantId: 77777777-0000-4000-8000-000000000002, companyName: Theirs, domain: theirs.example }
applications:
  - { appId: 30000000-0000-0000-0000-000000000001, displayName: Single, appOwnerOrganizationId: aaaabbbb-0000-cccc-1111-dddd2222eeee, signInAudience: AzureADMyOrg }
  - { appId: 30000000-0000-0000-0000-000000000002, displayName: Asks for nothing, appOwnerOrganizationId: aaaabbbb-0000-cccc-1111-dddd2222eeee, signInAudience: AzureADMultipleOrgs }
`;
const sandbox = await consoleSandbox(peopleSeed + otherPartner);
after(() => sandbox.close());

const path = '/console/customers';
const adventureWorks = `${path}/ccccdddd-2222-eeee-3333-ffff4444aaaa`;
const wingtip = `${path}/ddddeeee-3333-ffff-4444-aaaa5555bbbb`;
const fabrikam = `${path}/bbbbcccc-1111-dddd-2222-eeee3333ffff`;
const publicApplication = '11112222-bbbb-3333-cccc-4444dddd5555';
const globalReader = 'role-f2ef992c-3afb-46b9-b7cf-a126ee74c451';
const helpdesk = 'role-729827e3-9c14-49f7-bb1b-9608f156bbb8';

describe('the list', () => {
  test('names the partner’s own customers with where their relationship stands', async () => {
    const browser = await signedInAs(sandbox, admin, path);
    assert.deepEqual(
      rowsOf(browser.shown()).map(([name, , relationship]) => [name, relationship]),
      [
        ['Adventure Works adventure-works.onmicrosoft.com', 'Active until 2099-12-31 00:00 UTC'],
        ['Fabrikam, Inc. fabrikam.onmicrosoft.com', 'Active until 2099-12-31 00:00 UTC'],
        ['Wingtip Toys wingtip.onmicrosoft.com', 'Expired 2025-06-30 00:00 UTC'],
      ],
    );
    const found = await browser.open(`${path}?q=WINGTIP.on`);
    assert.deepEqual(
      rowsOf(found).map(([name]) => name),
      ['Wingtip Toys wingtip.onmicrosoft.com'],
    );
  });

  test('comes page by page', async () => {
    await using world = await consoleSandbox();
    for (let index = 0; index < 30; index++) {
      await world.control.addCustomer({ companyName: `Company ${index}`, domain: `company-${index}.example` });
    }
    const browser = await signedInAs(world, admin, `${path}?q=company-`);
    assert.deepEqual([rowsOf(browser.shown()).length, browser.shown().html.includes('1 to 25 of 30')], [25, true]);
    assert.equal(rowsOf(await browser.open(`${path}?q=company-&page=2`)).length, 5);
  });
});

describe('a new customer', () => {
  test('has a tenant of its own, and no relationship yet', async () => {
    const browser = await signedInAs(sandbox, admin, `${path}/new`);
    const page = await browser.press('Add', { companyName: ' Tailspin Toys ', domain: 'Tailspin.onmicrosoft.com' });
    assert.deepEqual([page.heading, page.url.search], ['Tailspin Toys', '?done=added']);
    const { customers } = await sandbox.control.customers({ search: 'tailspin' });
    assert.deepEqual(
      customers.map(({ tenantId, domain }) => [`${path}/${tenantId}`, domain]),
      [[page.url.pathname, 'tailspin.onmicrosoft.com']],
    );
    assert.ok(page.html.includes('There is none: no token of a user of Contoso is given for this tenant.'));
  });

  const wrong = [
    [{ companyName: '', domain: 'a.example' }, 'companyName: Company name must not be empty.'],
    [{ companyName: 'A', domain: '' }, 'domain: Domain must be a domain such as fabrikam.onmicrosoft.com.'],
    [{ companyName: 'A', domain: 'a b.c' }, 'domain: Domain must be a domain such as fabrikam.onmicrosoft.com.'],
    [
      { companyName: 'A', domain: 'contoso.com' },
      'domain: Domain is the partner’s own. A partner is not its own customer.',
    ],
    [{ companyName: 'A', domain: 'WINGTIP.onmicrosoft.com' }, 'domain: Domain is a customer of Contoso already.'],
  ] as const;
  for (const [fields, problem] of wrong) {
    test(`${JSON.stringify(fields)} is not added, and what was entered stays`, async () => {
      const browser = await signedInAs(sandbox, admin, `${path}/new`);
      const before = (await sandbox.control.customers()).total;
      const page = await browser.press('Add', fields);
      assert.deepEqual([page.status, problemsOf(page)], [400, [problem]]);
      for (const value of Object.values(fields)) assert.ok(page.html.includes(`value="${value}"`), value);
      assert.equal((await sandbox.control.customers()).total, before);
    });
  }
});

describe('a relationship', () => {
  test('is added with roles and duration, and ended', async () => {
    await using world = await consoleSandbox();
    const browser = await signedInAs(world, admin, `${wingtip}/relationships/new`);
    const fields = { displayName: 'Trial', durationDays: '30', [globalReader]: 'yes', [helpdesk]: 'yes' };
    const page = await browser.press('Add', fields);
    const [row, before] = rowsOf(page);
    assert.deepEqual(
      [page.heading, page.url.search, row, before?.[1]],
      [
        'Wingtip Toys',
        '?done=related',
        ['Trial Global Reader, Helpdesk Administrator', 'Active until 2026-12-21 09:00 UTC'],
        'Expired 2025-06-30 00:00 UTC',
      ],
    );
    const ended = await browser.press('End');
    assert.deepEqual([ended.url.search, rowsOf(ended)[0]?.[1]], ['?done=ended', 'Ended 2026-11-21 09:00 UTC']);
    assert.equal(ended.html.includes('>End</button>'), false);
  });

  test('that has run out is expired', async () => {
    await using world = await consoleSandbox();
    await world.control.addRelationship(wingtip.slice(-36), { roles: ['Global Reader'], durationDays: 1 });
    world.clock.advance(86_400);
    const browser = await signedInAs(world, admin, wingtip);
    assert.equal(rowsOf(browser.shown())[0]?.[1], 'Expired 2026-11-22 08:59 UTC');
  });

  test('is ended once: the second is told so on the page', async () => {
    await using world = await consoleSandbox();
    const browser = await signedInAs(world, admin, adventureWorks);
    const [{ id = '' } = {}] =
      (await world.control.customers({ search: 'adventure' })).customers[0]?.relationships ?? [];
    await world.control.endRelationship(adventureWorks.slice(-36), id);
    const page = await browser.press('End');
    assert.deepEqual(
      [page.status, page.heading, problemsOf(page)],
      [400, 'Adventure Works', ['relationships: The relationship has ended already.']],
    );
  });

  test('of another customer is none of this one', async () => {
    const browser = await signedInAs(sandbox, admin, adventureWorks);
    const page = await browser.press('End', { id: 'e1e1e1e1-0001-4aaa-8bbb-000000000001' });
    assert.deepEqual(problemsOf(page), ['relationships: The relationship is no relationship of this customer.']);
  });

  const wrong = [
    [{}, 'roles: The relationship needs at least one role.'],
    [{ [globalReader]: 'yes', durationDays: '0' }, 'durationDays: Duration must be more than 0 and at most 730.'],
    [{ [globalReader]: 'yes', durationDays: '731' }, 'durationDays: Duration must be more than 0 and at most 730.'],
    [{ [globalReader]: 'yes', durationDays: 'x' }, 'durationDays: Duration must be more than 0 and at most 730.'],
    [{ [globalReader]: 'yes', displayName: 'x'.repeat(257) }, 'displayName: Name must have at most 256 characters.'],
  ] as const;
  for (const [fields, problem] of wrong) {
    test(`${problem} What was checked stays`, async () => {
      const browser = await signedInAs(sandbox, admin, `${wingtip}/relationships/new`);
      const page = await browser.press('Add', fields);
      assert.deepEqual([page.status, problemsOf(page)], [400, [problem]]);
      const checked = [...page.html.matchAll(/name="(role-[^"]*)" value="yes" checked/g)].map(([, name]) => name);
      assert.deepEqual(checked, globalReader in fields ? [globalReader] : []);
    });
  }
});

/** A refresh token of a user with a second factor, for the partner's public application. */
async function refreshToken({ url, fetch, control }: TestSandbox): Promise<string> {
  const post = async (place: string, form: Record<string, string>) =>
    (
      await fetch(`${url}/organizations/oauth2/v2.0/${place}`, {
        method: 'POST',
        body: new URLSearchParams({ client_id: publicApplication, ...form }),
      })
    ).json() as Promise<Record<string, string>>;
  const scope = 'https://graph.microsoft.com/.default offline_access';
  const { device_code = '', user_code = '' } = await post('devicecode', { scope });
  await control.decideDeviceCode(user_code, { userPrincipalName: 'jane.roe@contoso.com', methods: ['pwd', 'mfa'] });
  const grant = { grant_type: 'urn:ietf:params:oauth:grant-type:device_code', device_code };
  return (await post('token', grant)).refresh_token ?? '';
}

async function redeemed({ url, fetch }: TestSandbox, tenant: string, refresh_token: string): Promise<number> {
  const scope = 'https://graph.microsoft.com/.default';
  const form = { grant_type: 'refresh_token', client_id: publicApplication, scope, refresh_token };
  const response = await fetch(`${url}/${tenant}/oauth2/v2.0/token`, {
    method: 'POST',
    body: new URLSearchParams(form),
  });
  const { error_codes: codes } = (await response.json()) as { error_codes?: readonly number[] };
  return codes?.[0] ?? response.status;
}

describe('consent for an application', () => {
  const chosen = `consents/new/${publicApplication}`;

  test('opens the customer’s tenant for it, until it is withdrawn', async () => {
    await using world = await consoleSandbox();
    const token = await refreshToken(world);
    const tenant = adventureWorks.slice(-36);
    assert.equal(await redeemed(world, tenant, token), 700016);
    const browser = await signedInAs(world, admin, `${adventureWorks}/consents/new?q=public`);
    assert.ok(browser.shown().html.includes(`href="${adventureWorks}/${chosen}"`));
    const asked = await browser.open(`${adventureWorks}/${chosen}`);
    assert.deepEqual(
      [asked.heading, asked.html.includes('user_impersonation')],
      ['Consent for Partner Center Public App', true],
    );
    const given = await browser.press('Yes, consent');
    assert.deepEqual([given.heading, given.url.search], ['Adventure Works', '?done=consented']);
    assert.ok(given.html.includes('Partner Center Public App'));
    assert.equal(await redeemed(world, tenant, token), 200);
    const withdrawn = await browser.press('Withdraw');
    assert.deepEqual(
      [withdrawn.url.search, withdrawn.html.includes('Partner Center Public App')],
      ['?done=withdrawn', false],
    );
    assert.equal(await redeemed(world, tenant, token), 700016);
  });

  const refusals = [
    [
      'a customer whose relationship ended',
      wingtip,
      publicApplication,
      'Wingtip Toys has no active relationship with the partner. Add one first.',
    ],
    [
      'one that has it',
      fabrikam,
      '00001111-aaaa-2222-bbbb-3333cccc4444',
      'Partner Center Access App was consented to there before. Withdraw that first, and consent anew.',
    ],
    [
      'an application that asks for nothing',
      adventureWorks,
      '30000000-0000-0000-0000-000000000002',
      'Asks for nothing lists no delegated permission. Add API permissions first.',
    ],
  ] as const;
  for (const [what, customer, appId, problem] of refusals) {
    test(`${what} is refused on the page`, async () => {
      const browser = await signedInAs(sandbox, admin, `${customer}/consents/new/${appId}`);
      const before = JSON.stringify(await sandbox.control.export());
      const page = await browser.press('Yes, consent');
      assert.deepEqual([page.status, problemsOf(page)], [400, [`permissions: ${problem}`]]);
      assert.equal(JSON.stringify(await sandbox.control.export()), before);
    });
  }

  test('an application for its own tenant alone is not offered', async () => {
    const browser = await signedInAs(sandbox, admin, `${adventureWorks}/consents/new?q=Single`);
    assert.deepEqual(rowsOf(browser.shown()), [
      ['Single 30000000-0000-0000-0000-000000000001', 'Its own tenant alone'],
    ]);
    assert.equal(browser.shown().html.includes('consents/new/30000000'), false);
    const page = await browser.open(`${adventureWorks}/consents/new/30000000-0000-0000-0000-000000000001`);
    assert.equal(page.status, 404);
  });

  test('is an application administrator’s: others are not offered it', async () => {
    const theirs = await signedInAs(sandbox, userAdministrator, fabrikam);
    assert.deepEqual(
      [theirs.shown().heading, theirs.shown().html.includes('Withdraw'), theirs.shown().html.includes('consents/new')],
      ['Fabrikam, Inc.', false, false],
    );
    const page = (await signedInAs(sandbox, applicationAdministrator, fabrikam)).shown();
    assert.ok(page.html.includes('Withdraw') && page.html.includes('consents/new'));
  });
});

describe('another partner’s customer', () => {
  const theirs = `${path}/77777777-0000-4000-8000-000000000002`;
  for (const part of ['', '/relationships/new', '/consents/new', `/consents/new/${publicApplication}`]) {
    test(`${part || 'its page'} is none here`, async () => {
      const browser = await signedInAs(sandbox, admin, theirs + part);
      assert.deepEqual([browser.shown().status, browser.shown().heading], [404, 'There is no such page']);
    });
  }

  test('row 98: what a company is called is text, wherever it stands', async () => {
    await using world = await consoleSandbox();
    const companyName = '"><script>alert(1)</script>';
    const { tenantId } = await world.control.addCustomer({ companyName, domain: 'hostile.example' });
    const browser = await signedInAs(world, admin);
    for (const part of ['', `/${tenantId}`, `/${tenantId}/relationships/new`, `/${tenantId}/consents/new`]) {
      const { html } = await browser.open(path + part);
      assert.deepEqual([html.includes('<script'), html.includes('&lt;script')], [false, true]);
    }
  });
});
