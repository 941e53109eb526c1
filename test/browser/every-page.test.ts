import { after, describe, test } from 'node:test';
import type { Page } from 'playwright-core';
import { startSandbox } from '../../src/testing/index.ts';
import { admin, authorizePath, codeFor, jane, john, web } from '../authority/authorize/fixture.ts';
import { adminOnly, pagesSeed, temporary, unconsented, unenrolled } from '../authority/authorize/seed.ts';
import { launchChromium } from './chromium.ts';
import { lookedAt, looker } from './look.ts';
import { serveAuthority, waitingDevice } from './served.ts';

const browser = await launchChromium();
const served = browser && (await serveAuthority(pagesSeed));
after(async () => {
  await browser?.close();
  await served?.close();
});

type Served = NonNullable<typeof served>;
interface Visit {
  readonly page: Page;
  readonly served: Served;
  readonly redirect: { readonly redirect_uri: string };
}

const open = ({ page, served }: Visit, path: string) => page.goto(served.url + path);

async function signIn(
  { page, served }: Visit,
  user: { username: string; password: string; secret?: string },
): Promise<void> {
  await page.fill('#username', user.username);
  await page.fill('#password', user.password);
  await page.click('button.primary');
  if (!user.secret) return;
  // A code is good once, and each of these visits is somebody signing in again.
  served.clock.advance(90);
  await page.fill('#otc', codeFor(user.secret, served.clock.now()));
  await page.click('button.primary');
}

/** Every page there is, and how somebody gets there. */
const pages: readonly (readonly [name: string, heading: string, go: (visit: Visit) => Promise<unknown>])[] = [
  ['sign-in', 'Sign in', (visit) => open(visit, authorizePath(visit.redirect))],
  [
    'sign-in-wrong',
    'Sign in',
    async (visit) => {
      await open(visit, authorizePath(visit.redirect));
      await signIn(visit, { ...john, password: 'wrong' });
    },
  ],
  [
    'verify',
    'Enter your code',
    async (visit) => {
      await open(visit, authorizePath(visit.redirect));
      await signIn(visit, { username: jane.username, password: jane.password });
    },
  ],
  [
    'verify-wrong',
    'Enter your code',
    async (visit) => {
      await open(visit, authorizePath(visit.redirect));
      await signIn(visit, { username: jane.username, password: jane.password });
      await visit.page.fill('#otc', '000000');
      await visit.page.click('button.primary');
    },
  ],
  [
    'change-password',
    'Choose a new password',
    async (visit) => {
      await open(visit, authorizePath(visit.redirect));
      await signIn(visit, temporary);
    },
  ],
  [
    'enrol',
    'Set up your authenticator app',
    async (visit) => {
      await open(visit, authorizePath(visit.redirect));
      await signIn(visit, unenrolled);
    },
  ],
  [
    'consent',
    'Permissions requested',
    async (visit) => {
      await open(visit, authorizePath({ ...visit.redirect, client_id: unconsented }));
      await signIn(visit, john);
    },
  ],
  [
    'consent-administrator',
    'Permissions requested',
    async (visit) => {
      await open(visit, authorizePath({ ...visit.redirect, client_id: unconsented }));
      await signIn(visit, admin);
    },
  ],
  [
    'needs-administrator',
    'Administrator approval needed',
    async (visit) => {
      const asking = { ...visit.redirect, client_id: adminOnly, scope: 'Directory.Read.All openid' };
      await open(visit, authorizePath(asking));
      await signIn(visit, john);
    },
  ],
  [
    'admin-consent',
    'Permissions for Contoso',
    async (visit) => {
      await open(visit, `/contoso.com/adminconsent?client_id=${adminOnly}&redirect_uri=${encodeURIComponent(web)}`);
      await signIn(visit, admin);
    },
  ],
  [
    'pick-account',
    'Pick an account',
    async (visit) => {
      for (const user of [john, admin]) {
        await open(visit, authorizePath({ ...visit.redirect, prompt: 'login', login_hint: user.username }));
        await signIn(visit, user);
      }
      await open(visit, authorizePath({ ...visit.redirect, prompt: 'select_account' }));
    },
  ],
  ['device-code', 'Enter code', (visit) => open(visit, '/devicelogin')],
  [
    'device-code-wrong',
    'Enter code',
    async (visit) => {
      await open(visit, '/devicelogin?otc=BCDFGHJKL');
      await visit.page.click('button.primary');
    },
  ],
  [
    'device-confirm',
    'Are you signing in to Partner Center Public App?',
    async (visit) => {
      const { userCode } = await waitingDevice(visit.served);
      await open(visit, `/devicelogin?otc=${userCode}`);
      await visit.page.click('button.primary');
      await signIn(visit, john);
    },
  ],
  [
    'device-approved',
    'You are signed in on your device',
    async (visit) => {
      const { userCode } = await waitingDevice(visit.served);
      await open(visit, `/devicelogin?otc=${userCode}`);
      await visit.page.click('button.primary');
      await signIn(visit, john);
      await visit.page.click('button.primary');
    },
  ],
  [
    'sign-out',
    'Do you want to sign out?',
    async (visit) => {
      await open(visit, authorizePath(visit.redirect));
      await signIn(visit, john);
      await open(visit, '/common/oauth2/v2.0/logout');
    },
  ],
  ['signed-out', 'You are signed out', (visit) => open(visit, '/common/oauth2/v2.0/logout')],
  [
    'form-post',
    'Almost done',
    async (visit) => {
      // An answer without content leaves the browser where it is, for as long as it takes to look.
      await visit.page.route(`${visit.served.application.redirectUri}/**`, (route) => route.fulfill({ status: 204 }));
      await open(visit, authorizePath({ ...visit.redirect, response_mode: 'form_post' }));
      await signIn(visit, john);
    },
  ],
  [
    'error',
    'We could not sign you in',
    (visit) => open(visit, authorizePath({ redirect_uri: 'https://elsewhere.example/callback' })),
  ],
];

const look = looker(browser);

describe('every page to sign in by', { skip: !browser }, () => {
  for (const [name, heading, go] of pages) {
    test(`${name}: ${lookedAt}`, () =>
      look({
        name,
        heading,
        go: async (page) => {
          if (served) await go({ page, served, redirect: { redirect_uri: served.application.redirectUri } });
        },
      }));
  }
});

const readingPages = [
  ['home', 'partner-auth sandbox', '/'],
  ['docs', 'Generate access token', '/docs'],
  ['error-code', 'AADSTS50011', '/error?code=50011'],
] as const;

describe('every page for reading', { skip: !browser }, () => {
  for (const [name, heading, path] of readingPages) {
    test(`${name}: ${lookedAt}`, async () => {
      await using sandbox = await startSandbox({ port: 0 });
      await look({ name, heading, go: (page) => page.goto(sandbox.url + path) });
    });
  }
});
