import type { Browser, Page, Response } from 'playwright-core';
import { base32Bytes, totpCode } from '../../src/domain/index.ts';
import type { TestSandbox } from '../../src/testing/index.ts';

export const administrator = {
  username: 'admin@contoso.com',
  password: 'Adm1n-of-Contoso',
  secret: 'KRSXG5CTMVRXEZLU',
};
export const partnerTenant = 'aaaabbbb-0000-cccc-1111-dddd2222eeee';

/** A partner tenant in which there is nothing but its administrator. */
export const emptyPartnerSeed = JSON.stringify({
  fixedData: 'drop',
  tenants: [{ id: partnerTenant, displayName: 'Contoso', verifiedDomains: ['contoso.com'], partnerAccount: true }],
  users: [
    {
      userPrincipalName: administrator.username,
      displayName: 'Contoso Administrator',
      passwordProfile: { password: administrator.password },
      mfa: { required: true, totpSecret: administrator.secret },
      directoryRoles: ['globalAdministrator'],
    },
  ],
});

export interface Window {
  readonly page: Page;
  /** Every response so far: where from, and what it said. */
  received(): Promise<readonly { readonly url: string; readonly text: string }[]>;
  close(): Promise<void>;
}

/** A browser of its own, without script unless asked for, that keeps what it received. */
export async function openWindow(browser: Browser, { script = false } = {}): Promise<Window> {
  const context = await browser.newContext({ ignoreHTTPSErrors: true, javaScriptEnabled: script });
  const page = await context.newPage();
  page.setDefaultTimeout(10_000);
  const texts: Promise<{ url: string; text: string }>[] = [];
  page.on('response', (response) => void texts.push(textOf(response)));
  return { page, received: () => Promise.all(texts), close: () => context.close() };
}

async function textOf(response: Response): Promise<{ url: string; text: string }> {
  const headers = JSON.stringify(await response.allHeaders());
  // A redirect has no body that a browser hands out.
  const body = await response.text().catch(() => '');
  return { url: response.url(), text: `${headers}\n${body}` };
}

/** A code is good once: each sign-in is some time after the one before. */
export function oneTimeCode({ clock }: Pick<TestSandbox, 'clock'>, secret: string): string {
  clock.advance(90);
  return totpCode(base32Bytes(secret) ?? new Uint8Array(), clock.now());
}

export async function signInAsAdministrator(page: Page, sandbox: TestSandbox, path = '/console'): Promise<void> {
  await page.goto(sandbox.url + path);
  await page.fill('#username', administrator.username);
  await page.fill('#password', administrator.password);
  await page.click('button.primary');
  await page.fill('#otc', oneTimeCode(sandbox, administrator.secret));
  await page.click('button.primary');
}

/** The request of the Referrals document, word for word, with the values that were shown. */
export async function tokenRequest(
  { url, fetch }: Pick<TestSandbox, 'url' | 'fetch'>,
  values: { clientId: string; clientSecret: string; userName: string; password: string },
) {
  const { clientId, clientSecret, userName, password } = values;
  const body = [
    'resource=https://api.partner.microsoft.com',
    '&grant_type=password',
    '&scope=openid',
    `&client_id=${clientId}`,
    `&client_secret=${encodeURIComponent(clientSecret)}`,
    `&username=${userName}`,
    `&password=${encodeURIComponent(password)}`,
  ].join('\n');
  const response = await fetch(`${url}/common/oauth2/token`, {
    method: 'POST',
    headers: { accept: 'application/json', 'content-type': 'application/x-www-form-urlencoded' },
    body,
  });
  const answer = (await response.json()) as Record<string, unknown>;
  return { status: response.status, answer };
}
