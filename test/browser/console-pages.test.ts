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
  }),
});
after(async () => {
  await browser?.close();
  await sandbox.close();
});

function blockedUser(): string {
  return '59595959-0000-4000-8000-000000000059';
}

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
  ['grant-consent', 'Grant admin consent', at(`${application}/permissions/consent`)],
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
