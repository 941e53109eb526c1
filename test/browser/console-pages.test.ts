import { after, describe, test } from 'node:test';
import type { Page } from 'playwright-core';
import { startSandbox } from '../../src/testing/index.ts';
import { admin, john } from '../console/fixture.ts';
import { launchChromium } from './chromium.ts';
import { oneTimeCode } from './console-visit.ts';
import { lookedAt, looker } from './look.ts';

const browser = await launchChromium();
const hostileName = '"><img src=x onerror=alert(1)>';
const sandbox = await startSandbox({
  port: 0,
  seed: JSON.stringify({
    users: [
      ...Array.from({ length: 60 }, (_, index) => ({
        userPrincipalName: `user.${String(index).padStart(2, '0')}@contoso.com`,
        displayName: index === 0 ? hostileName : `User of a rather long name, the ${index}th of them`,
        passwordProfile: { password: 'PCTestPassword@1', forceChangePasswordNextSignIn: index % 3 === 0 },
        accountEnabled: index % 7 !== 0,
        partnerRoles: ['Referrals User', 'Sales agent'],
        ...(index === 59 ? { id: blockedUser() } : {}),
      })),
    ],
    tenants: [{ id: hostileCustomer(), displayName: hostileName, verifiedDomains: ['hostile.example'] }],
    customers: [
      {
        partnerTenantId: 'aaaabbbb-0000-cccc-1111-dddd2222eeee',
        tenantId: hostileCustomer(),
        companyName: hostileName,
        domain: 'hostile.example',
      },
    ],
  }),
});
after(async () => {
  await browser?.close();
  await sandbox.close();
});

function blockedUser(): string {
  return '59595959-0000-4000-8000-000000000059';
}

function hostileCustomer(): string {
  return '60606060-0000-4000-8000-000000000060';
}

const story = 'eeeeffff-4444-aaaa-5555-bbbb6666cccc';
const asked = (path: string, form: Record<string, string>, headers: Record<string, string> = {}) =>
  sandbox.fetch(sandbox.url + path, {
    method: 'POST',
    body: new URLSearchParams(form),
    headers: { 'client-request-id': story, ...headers },
  });
const client = { client_id: '00001111-aaaa-2222-bbbb-3333cccc4444', client_secret: 'TestClientAppSecret23456' };
const resource = 'https://api.partner.microsoft.com';
await asked('/common/oauth2/token', {
  ...client,
  grant_type: 'password',
  resource,
  username: john.username,
  password: 'x',
});
const scope = 'https://api.partnercenter.microsoft.com/.default';
const answer = await asked('/contoso.com/oauth2/v2.0/token', { ...client, grant_type: 'client_credentials', scope });
const { access_token: bearer } = (await answer.json()) as { access_token: string };
const exchange = { authorization: `Bearer ${bearer}`, accept: 'application/json', 'ms-correlationid': story };
await asked('/v3/generatetoken', { grant_type: 'jwt_token' }, exchange);

async function signedIn(person: typeof admin) {
  const context = await browser?.newContext({ ignoreHTTPSErrors: true });
  const page = await context?.newPage();
  if (!context || !page) return undefined;
  await page.goto(`${sandbox.url}/console`);
  await page.fill('#username', person.username);
  await page.fill('#password', person.password);
  await page.click('button.primary');
  if (person.secret !== undefined) {
    await page.fill('#otc', oneTimeCode(sandbox, person.secret));
    await page.click('button.primary');
  }
  await page.waitForURL(`${sandbox.url}/console`);
  const state = await context.storageState();
  await context.close();
  return state;
}

const administrator = await signedIn(admin);
const plainUser = await signedIn(john);

const jane = '/console/users/cccccccc-2222-3333-4444-dddddddddddd';
const application = '/console/applications/00001111-aaaa-2222-bbbb-3333cccc4444';
const fabrikam = '/console/customers/bbbbcccc-1111-dddd-2222-eeee3333ffff';
const publicApplication = '11112222-bbbb-3333-cccc-4444dddd5555';
const partner = '4990cffe-04e8-4e8b-808a-1175604b879f';

type Go = (page: Page) => Promise<unknown>;
const at =
  (path: string): Go =>
  (page) =>
    page.goto(sandbox.url + path);
const sent =
  (path: string, button: string, fields: Readonly<Record<string, string>> = {}): Go =>
  async (page) => {
    await page.goto(sandbox.url + path);
    for (const [name, value] of Object.entries(fields)) await page.fill(`#${name}`, value);
    await page.getByRole('main').getByRole('button', { name: button, exact: true }).click();
    await page.waitForLoadState();
  };

/** Every page of the console, and how somebody gets there. */
const pages: readonly (readonly [name: string, heading: string, go: Go])[] = [
  ['home', 'Contoso', at('/console')],
  ['settings', 'Settings', at('/console/settings')],
  ['search', 'Pages for “app”', at('/console/search?q=app')],
  ['search-nothing', 'Pages for “zebra”', at('/console/search?q=zebra')],
  ['not-modelled', 'What is not modelled', at('/console/not-modelled')],
  ['no-such-page', 'There is no such page', at('/console/nothing')],
  ['users', 'User management', at('/console/users?page=2')],
  ['users-found', 'User management', at('/console/users?q=jane')],
  ['users-none', 'User management', at('/console/users?q=zebra')],
  ['user', 'Jane Roe', at(jane)],
  ['user-saved', 'Jane Roe', sent(jane, 'Save')],
  [
    'user-hostile-name',
    hostileName,
    async (page) => {
      await page.goto(`${sandbox.url}/console/users?q=user.00`);
      await page.getByRole('main').getByRole('link', { name: hostileName }).click();
    },
  ],
  ['add-users', 'Add users', at('/console/users/add')],
  ['new-user', 'Create a new user', at('/console/users/new')],
  ['new-user-wrong', 'Create a new user', sent('/console/users/new', 'Save', { firstName: 'Alex' })],
  [
    'user-created',
    'User created',
    sent('/console/users/new', 'Save', { firstName: 'Alex', lastName: 'Wilber', userName: 'alex.wilber' }),
  ],
  ['password-reset', 'Password reset', sent(`/console/users/${blockedUser()}`, 'Reset password')],
  ['applications', 'App registrations', at('/console/applications')],
  ['new-application', 'Register an application', at('/console/applications/new')],
  ['new-application-wrong', 'Register an application', sent('/console/applications/new', 'Register')],
  ['application-registered', 'My App', sent('/console/applications/new', 'Register', { displayName: 'My App' })],
  ['application', 'Partner Center Access App', at(application)],
  ['authentication', 'Authentication', at(`${application}/authentication`)],
  [
    'authentication-wrong',
    'Authentication',
    sent(`${application}/authentication`, 'Save', { web: 'http://elsewhere.example/callback' }),
  ],
  ['credentials', 'Certificates & secrets', at(`${application}/credentials`)],
  ['new-secret', 'Add a client secret', at(`${application}/credentials/new-secret`)],
  ['secret-created', 'Client secret created', sent(`${application}/credentials/new-secret`, 'Add')],
  ['new-certificate', 'Upload a certificate', at(`${application}/credentials/new-certificate`)],
  ['new-certificate-wrong', 'Upload a certificate', sent(`${application}/credentials/new-certificate`, 'Add')],
  ['permissions', 'API permissions', at(`${application}/permissions`)],
  ['add-permission', 'API permissions', at(`${application}/permissions/add`)],
  [
    'add-permission-found',
    'API permissions',
    at(`${application}/permissions/add?tab=organization&q=Microsoft+Partner`),
  ],
  ['choose-permissions', 'API permissions', at(`${application}/permissions/add/${partner}`)],
  ['choose-permissions-wrong', 'API permissions', sent(`${application}/permissions/add/${partner}`, 'Add permissions')],
  ['flows', 'Flows', at('/console/flows')],
  ['flows-none', 'Flows', at('/console/flows?q=zebra')],
  ['flow-refused', 'Password grant, v1', at('/console/flows/1')],
  ['flow-of-a-story', 'Generate access token, v3', at('/console/flows/3')],
  ['grant-consent', 'Grant admin consent', at(`${application}/permissions/consent`)],
  ['customers', 'Customers', at('/console/customers')],
  ['customers-none', 'Customers', at('/console/customers?q=zebra')],
  ['new-customer', 'New customer', at('/console/customers/new')],
  ['new-customer-wrong', 'New customer', sent('/console/customers/new', 'Add', { companyName: 'Tailspin Toys' })],
  ['customer', 'Fabrikam, Inc.', at(fabrikam)],
  ['customer-hostile-name', hostileName, at(`/console/customers/${hostileCustomer()}`)],
  ['new-relationship', 'New relationship', at(`${fabrikam}/relationships/new`)],
  ['new-relationship-wrong', 'New relationship', sent(`${fabrikam}/relationships/new`, 'Add', { durationDays: '731' })],
  ['customer-choose-application', 'Consent for an application', at(`${fabrikam}/consents/new`)],
  ['customer-consent', 'Consent for Partner Center Public App', at(`${fabrikam}/consents/new/${publicApplication}`)],
  [
    'customer-consent-wrong',
    'Consent for Partner Center Public App',
    sent(`/console/customers/${hostileCustomer()}/consents/new/${publicApplication}`, 'Yes, consent'),
  ],
  ['referrals', 'Referrals', at('/console/referrals')],
  ['new-referral', 'New referral', at('/console/referrals/new')],
  ['new-referral-wrong', 'New referral', sent('/console/referrals/new', 'Add', { dealValue: 'much' })],
  ['clock', 'Clock', at('/console/clock')],
  ['clock-moved', 'Clock', sent('/console/clock', 'One hour')],
  ['clock-wrong', 'Clock', sent('/console/clock', 'Advance', { duration: '91 days' })],
  ['faults-none', 'Faults', at('/console/faults')],
  ['new-fault-delay', 'New fault', at('/console/faults/new')],
  ['new-fault-status', 'New fault', at('/console/faults/new?effect=status')],
  ['new-fault-wrong', 'New fault', sent('/console/faults/new?effect=error', 'Add', { error: 'x', path: '/x' })],
  [
    'faults',
    'Faults',
    async (page) => {
      await sandbox.control.addFault({
        path: '/contoso.com/some-rather-long-path/of-a-program/*',
        status: 503,
        count: 12,
      });
      await sandbox.control.addFault({ endpoint: 'referrals', drop: true, delay: 2500 });
      await sent('/console/faults/new?effect=throttle', 'Add', { retryAfter: '7' })(page);
    },
  ],
  ['keys', 'Keys', at('/console/keys')],
  ['keys-rotated', 'Keys', sent('/console/keys', 'Rotate the keys of the authority')],
];

describe('every page of the console', { skip: !browser }, () => {
  const look = looker(browser);
  for (const [name, heading, go] of pages) {
    test(`${name}: ${lookedAt}`, () => look({ name: `console-${name}`, heading, go, storageState: administrator }));
  }

  test(`no administrator: ${lookedAt}`, () =>
    look({
      name: 'console-no-administrator',
      heading: 'This page is for administrators',
      go: at('/console/users'),
      storageState: plainUser,
    }));

  test(`not signed in: ${lookedAt}`, () =>
    look({ name: 'console-not-signed-in', heading: 'You are not signed in', go: at('/console/signed-in?code=x') }));
});
