import { base32Bytes, totpCode } from '../../src/domain/index.ts';
import { startSandbox, type TestSandbox } from '../../src/testing/index.ts';
import { type FormBrowser, formBrowser, type ShownPage } from '../support/form-browser.ts';
import { textOf } from '../support/page-browser.ts';

export interface Person {
  readonly username: string;
  readonly password: string;
  /** Base32, of whoever has a second factor. */
  readonly secret?: string;
}

export const admin: Person = {
  username: 'admin@contoso.com',
  password: 'PCTestPassword@789',
  secret: 'KRSXG5CTMVRXEZLU',
};
export const john: Person = { username: 'john.doe@contoso.com', password: 'PCTestPassword@123' };

export const tenantId = 'aaaabbbb-0000-cccc-1111-dddd2222eeee';

/** Administrators of parts, an administrator of a customer, and one who has to change a password. */
export const peopleSeed = `
users:
  - { userPrincipalName: users@contoso.com, displayName: User Administrator, passwordProfile: { password: PCTestPassword@1 }, directoryRoles: [userAdministrator] }
  - { userPrincipalName: apps@contoso.com, displayName: Application Administrator, passwordProfile: { password: PCTestPassword@2 }, directoryRoles: [applicationAdministrator] }
  - { userPrincipalName: admin@fabrikam.onmicrosoft.com, displayName: Fabrikam Administrator, passwordProfile: { password: PCTestPassword@3 }, directoryRoles: [globalAdministrator] }
`;
export const userAdministrator: Person = { username: 'users@contoso.com', password: 'PCTestPassword@1' };
export const applicationAdministrator: Person = { username: 'apps@contoso.com', password: 'PCTestPassword@2' };
export const otherAdministrator: Person = { username: 'admin@fabrikam.onmicrosoft.com', password: 'PCTestPassword@3' };

export const consoleSandbox = (seed: string = peopleSeed): Promise<TestSandbox> =>
  startSandbox({ seed, now: new Date('2026-11-21T08:59:27.400Z') });

export const browserAt = ({ url, fetch }: Pick<TestSandbox, 'url' | 'fetch'>): FormBrowser =>
  formBrowser(url, (input, init) => fetch(input, init));

/** The sign-in pages, from the one that asks for a name. A one-time code is good once: each comes some time later. */
export async function enterAs(browser: FormBrowser, { clock }: TestSandbox, person: Person): Promise<void> {
  const { username, password, secret } = person;
  await browser.press('Sign in', { username, password });
  if (secret === undefined) return;
  clock.advance(90);
  await browser.press('Verify', { otc: totpCode(base32Bytes(secret) ?? new Uint8Array(), clock.now()) });
}

export async function signedInAs(sandbox: TestSandbox, person: Person, path = '/console'): Promise<FormBrowser> {
  const browser = browserAt(sandbox);
  await browser.open(path);
  await enterAs(browser, sandbox, person);
  return browser;
}

/** The request of the Referrals document by the sample application: 200, or the code it is refused with. */
export async function tokenByPassword(
  { url, fetch }: Pick<TestSandbox, 'url' | 'fetch'>,
  { username, password }: Pick<Person, 'username' | 'password'>,
  client = { client_id: '00001111-aaaa-2222-bbbb-3333cccc4444', client_secret: 'TestClientAppSecret23456' },
): Promise<number> {
  const response = await fetch(`${url}/common/oauth2/token`, {
    method: 'POST',
    headers: { 'content-type': 'application/x-www-form-urlencoded' },
    body: new URLSearchParams({
      resource: 'https://api.partner.microsoft.com',
      grant_type: 'password',
      scope: 'openid',
      ...client,
      username,
      password,
    }).toString(),
  });
  const { error_codes: codes } = (await response.json()) as { error_codes?: readonly number[] };
  return codes?.[0] ?? response.status;
}

/** What a page says is wrong with what was entered, field by field. */
export const problemsOf = ({ html }: ShownPage): readonly string[] =>
  [...html.matchAll(/<li><a href="#([\w-]+)">(.*?)<\/a><\/li>/g)].map(
    ([, field, text = '']) => `${field}: ${textOf(text)}`,
  );

/** The rows of a page's first table, each with the text of its cells but for the last, which holds a button. */
export const rowsOf = ({ html }: Pick<ShownPage, 'html'>): readonly (readonly string[])[] => {
  const [, body = ''] = /<tbody>(.*?)<\/tbody>/s.exec(html) ?? [];
  return [...body.matchAll(/<tr>(.*?)<\/tr>/gs)].map(([, row = '']) =>
    [...row.matchAll(/<t[hd][^>]*>(.*?)<\/t[hd]>/gs)]
      .map(([, cell = '']) =>
        textOf(cell.replace(/<small class="narrow">.*?<\/small>|<[^>]*>/gs, ' '))
          .replace(/\s+/g, ' ')
          .trim(),
      )
      .filter((text) => text !== 'Remove' && text !== 'End' && text !== 'Withdraw'),
  );
};
