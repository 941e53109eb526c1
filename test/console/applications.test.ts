import assert from 'node:assert/strict';
import { X509Certificate } from 'node:crypto';
import { after, describe, test } from 'node:test';
import type { TestSandbox } from '../../src/testing/index.ts';
import type { FormBrowser, ShownPage } from '../support/form-browser.ts';
import { textOf } from '../support/page-browser.ts';
import {
  admin,
  applicationAdministrator,
  consoleSandbox,
  john,
  signedInAs,
  tenantId,
  tokenByPassword,
  userAdministrator,
} from './fixture.ts';

const fabrikamApp = '30000000-0000-0000-0000-000000000005';
const sandbox = await consoleSandbox(`
users:
  - { userPrincipalName: users@contoso.com, displayName: User Administrator, passwordProfile: { password: PCTestPassword@1 }, directoryRoles: [userAdministrator] }
  - { userPrincipalName: apps@contoso.com, displayName: Application Administrator, passwordProfile: { password: PCTestPassword@2 }, directoryRoles: [applicationAdministrator] }
  - { userPrincipalName: roles@contoso.com, displayName: Role Administrator, passwordProfile: { password: PCTestPassword@4 }, directoryRoles: [privilegedRoleAdministrator] }
applications:
  - { appId: ${fabrikamApp}, displayName: Fabrikam App, appOwnerOrganizationId: bbbbcccc-1111-dddd-2222-eeee3333ffff }
`);
after(() => sandbox.close());

const partner = '4990cffe-04e8-4e8b-808a-1175604b879f';
const impersonation = 'Scope-eabf9ef3-1f9e-f3da-19a1-bcd60d080567';
const sample = '/console/applications/00001111-aaaa-2222-bbbb-3333cccc4444';

const told = ({ html }: ShownPage, name: string): string =>
  textOf(new RegExp(`<dt>${name}</dt><dd><code>(.*?)</code>`).exec(html)?.[1] ?? '');
const problems = ({ html }: ShownPage): readonly string[] =>
  [...html.matchAll(/<li><a href="#([\w-]+)">(.*?)<\/a><\/li>/g)].map(
    ([, field, text = '']) => `${field}: ${textOf(text)}`,
  );

/** A new application and the address of its pages. */
async function registered(browser: FormBrowser, name = 'Partner Center Access App 2'): Promise<string> {
  await browser.open('/console/applications/new');
  const page = await browser.press('Register', { displayName: name });
  assert.equal(page.heading, name);
  return page.url.pathname;
}

async function secretOf(browser: FormBrowser, path: string, fields: Record<string, string> = {}): Promise<string> {
  await browser.open(`${path}/credentials/new-secret`);
  return told(await browser.press('Add', fields), 'Value');
}

interface KeptApplication {
  readonly appId: string;
  readonly [member: string]: unknown;
}

async function kept({ control }: TestSandbox, path: string): Promise<KeptApplication | undefined> {
  const { applications } = (await control.export()) as { applications: readonly KeptApplication[] };
  return applications.find(({ appId }) => path.endsWith(appId));
}

const clientOf = (path: string, secret: string) => ({ client_id: path.slice(-36), client_secret: secret });

describe('a registration', () => {
  test('is of the tenant, single-tenant unless said otherwise, and takes the document’s grant', async () => {
    const browser = await signedInAs(sandbox, applicationAdministrator);
    const path = await registered(browser);
    const application = await kept(sandbox, path);
    assert.deepEqual(
      [application?.appOwnerOrganizationId, application?.signInAudience, application?.allowsPasswordGrant],
      [tenantId, 'AzureADMyOrg', true],
    );
    assert.equal((await browser.open('/console/applications?q=access app 2')).html.includes(path), true);
  });

  test('of several tenants', async () => {
    const browser = await signedInAs(sandbox, admin, '/console/applications/new');
    const page = await browser.press('Register', { displayName: 'Multi', signInAudience: 'AzureADMultipleOrgs' });
    assert.equal((await kept(sandbox, page.url.pathname))?.signInAudience, 'AzureADMultipleOrgs');
  });

  test('without a name is none', async () => {
    const browser = await signedInAs(sandbox, admin, '/console/applications/new');
    const page = await browser.press('Register', { displayName: '  ' });
    assert.deepEqual([page.status, problems(page)], [400, ['displayName: The name must not be empty.']]);
  });
});

describe('a client secret', () => {
  test('proves the application until it is removed, and no longer than its time', async () => {
    await using world = await consoleSandbox();
    const browser = await signedInAs(world, admin, sample);
    const secret = await secretOf(browser, sample, { description: 'for a while', lifetimeDays: '90' });
    const client = clientOf(sample, secret);
    assert.equal(await tokenByPassword(world, john, client), 200);
    world.clock.advance(90 * 86_400);
    assert.equal(await tokenByPassword(world, john, client), 7000222);
    const again = await signedInAs(world, admin, sample);
    const other = await secretOf(again, sample);
    assert.equal(await tokenByPassword(world, john, clientOf(sample, other)), 200);
    const listed = await again.open(`${sample}/credentials`);
    const keyId = /for a while<small>Secret ID (\S+)<\/small>/.exec(listed.html)?.[1];
    assert.ok(listed.html.includes('Expired'));
    const removed = await again.press('Remove', { keyId });
    assert.deepEqual([removed.url.search, removed.html.includes('for a while')], ['?done=secretRemoved', false]);
  });

  test('past as many as an application has is refused in a sentence', async () => {
    const browser = await signedInAs(sandbox, admin);
    const path = await registered(browser, 'With many secrets');
    for (let count = 0; count < 20; count++) await secretOf(browser, path);
    await browser.open(`${path}/credentials/new-secret`);
    const page = await browser.press('Add', {});
    const expected = ['description: An application has at most 20 of them. Remove one that is not used.'];
    assert.deepEqual([page.status, problems(page)], [400, expected]);
  });

  test('of a length that is not offered is refused', async () => {
    const browser = await signedInAs(sandbox, admin, `${sample}/credentials/new-secret`);
    for (const lifetimeDays of ['0', '-1', '731', 'x']) {
      const page = await browser.press('Add', { lifetimeDays });
      const expected = ['lifetimeDays: Expires must be more than 0 and at most 730.'];
      assert.deepEqual([page.status, problems(page)], [400, expected], lifetimeDays);
    }
  });

  test('and a temporary password are told in one answer each, once, and kept nowhere in clear', async () => {
    await using world = await consoleSandbox();
    const browser = await signedInAs(world, admin);
    const path = await registered(browser);
    const secret = await secretOf(browser, path);
    await browser.open('/console/users/new');
    const created = await browser.press('Save', { firstName: 'A', lastName: 'B', userName: 'a.b' });
    const password = told(created, 'Temporary password');
    for (const page of [path, `${path}/credentials`, '/console/users', '/console/users?q=a.b'])
      await browser.open(page);
    const exported = JSON.stringify(await world.control.export());
    const requests = JSON.stringify(await world.control.requests());
    for (const value of [secret, password]) {
      assert.ok(value.length >= 16, value);
      const times = browser.received.map(({ text }) => text.split(value).length - 1).filter((number) => number > 0);
      assert.deepEqual([times, exported.includes(value), requests.includes(value)], [[1], false, false]);
    }
  });
});

describe('a certificate', () => {
  const upload = async (browser: FormBrowser, file: Uint8Array | string, description = '') => {
    const path = `${sample}/credentials/new-certificate`;
    const { html } = await browser.open(path);
    const marker = new RegExp(`action="${path}".*?name="marker" value="([^"]*)"`).exec(html)?.[1] ?? '';
    const form = new FormData();
    form.set('marker', marker);
    form.set('description', description);
    form.set('certificate', new Blob([file]), 'client.cer');
    const { headers, body } = await multipart(form);
    return browser.open(path, { method: 'POST', headers: { ...headers, origin: sandbox.url }, body });
  };
  const multipart = async (form: FormData) => {
    const request = new Request('https://localhost/', { method: 'POST', body: form });
    const headers = { 'content-type': request.headers.get('content-type') ?? '' };
    return { headers, body: new Uint8Array(await request.arrayBuffer()) };
  };

  test('is uploaded as PEM or DER; a private key beside it is left out', async () => {
    await using world = await consoleSandbox();
    const browser = await signedInAs(world, admin);
    const { raw } = new X509Certificate(world.clientPem);
    const twice = await upload(browser, world.clientPem);
    assert.deepEqual(problems(twice), ['certificate: The certificate is registered already as client.pem.']);
    const listed = await browser.open(`${sample}/credentials`);
    const keyId = /remove-certificate".*?name="keyId" value="([^"]*)"/.exec(listed.html)?.[1];
    await removeCertificate(browser, keyId ?? '');
    const der = await upload(browser, raw, 'as DER');
    assert.deepEqual([der.url.search, der.html.includes('as DER')], ['?done=certificateAdded', true]);
    assert.equal(JSON.stringify(await world.control.export()).includes('PRIVATE KEY'), false);
  });

  const removeCertificate = async (browser: FormBrowser, keyId: string) => {
    const path = `${sample}/credentials/remove-certificate`;
    const { html } = await browser.open(`${sample}/credentials`);
    const marker = new RegExp(`action="${path}".*?name="marker" value="([^"]*)"`).exec(html)?.[1] ?? '';
    const headers = { origin: sandbox.url, 'content-type': 'application/x-www-form-urlencoded' };
    const body = new URLSearchParams({ marker, keyId }).toString();
    const page = await browser.open(path, { method: 'POST', headers, body });
    assert.equal(page.url.search, '?done=certificateRemoved');
  };

  test('that is none, or of another key than Entra takes, is refused', async () => {
    const browser = await signedInAs(sandbox, admin);
    const expected = [
      ['', 'certificate: Choose a file.'],
      ['hello', 'certificate: The file must hold an X.509 certificate. Give it as PEM, or as DER in base64.'],
    ] as const;
    for (const [file, problem] of expected) assert.deepEqual(problems(await upload(browser, file)), [problem]);
  });

  test('row 100: an upload without its marker is refused', async () => {
    const browser = await signedInAs(sandbox, admin);
    const { headers, body } = await multipart(new FormData());
    const path = `${sample}/credentials/new-certificate`;
    const page = await browser.open(path, { method: 'POST', headers: { ...headers, origin: sandbox.url }, body });
    assert.equal(page.status, 403);
  });

  test('larger than 64 KiB is refused', async () => {
    const page = await upload(await signedInAs(sandbox, admin), 'x'.repeat(70_000));
    assert.deepEqual([page.status, page.heading], [413, 'This is too large']);
  });
});

describe('redirect addresses and flows', () => {
  test('are saved by platform', async () => {
    await using world = await consoleSandbox();
    const browser = await signedInAs(world, admin, `${sample}/authentication`);
    const page = await browser.press('Save', {
      web: 'https://app.example/one\r\n  https://app.example/two\r\n',
      spa: 'https://app.example/page',
      publicClient: '',
      allowsPasswordGrant: undefined,
    });
    assert.equal(page.url.search, '?done=saved');
    const application = await kept(world, sample);
    assert.deepEqual(
      [application?.web, application?.spa, application?.publicClient, application?.allowsPasswordGrant],
      [
        { redirectUris: ['https://app.example/one', 'https://app.example/two'] },
        { redirectUris: ['https://app.example/page'] },
        { redirectUris: [] },
        false,
      ],
    );
    assert.equal(await tokenByPassword(world, john), 70001);
  });

  for (const [address, why] of [
    ['javascript:alert(1)', 'javascript:alert(1) is no address such as https://app.example/signed-in.'],
    ['http://app.example/', 'http://app.example/ must begin with https://, or be on localhost.'],
    ['https://*.example/', 'https://*.example/ must name its host without a wildcard.'],
  ] as const) {
    test(`row 95: ${address} is not taken, and what was entered stays`, async () => {
      const browser = await signedInAs(sandbox, admin, `${sample}/authentication`);
      const page = await browser.press('Save', { web: address });
      assert.deepEqual([page.status, problems(page)], [400, [`web: Web: ${why}`]]);
      assert.ok(page.html.includes(address));
    });
  }
});

describe('API permissions', () => {
  const found = ({ html }: ShownPage): readonly string[] =>
    [...html.matchAll(/permissions\/add\/([0-9a-f-]{36})"/g)].map(([, id = '']) => id);
  const search = async (wanted: string, tab = 'organization') => {
    const browser = await signedInAs(sandbox, admin);
    const query = new URLSearchParams({ tab, q: wanted });
    return found(await browser.open(`${sample}/permissions/add?${query}`));
  };

  for (const [wanted, expected] of [
    ['Microsoft Partner', [partner, 'fa3d9a0c-3fb0-42cc-9193-47c7ecd2edbd']],
    ['microsoft dev center', [partner]],
    [partner, [partner]],
    [partner.toUpperCase(), [partner]],
    ['nothing like it', []],
  ] as const) {
    test(`“${wanted}” finds ${expected.length}`, async () => {
      assert.deepEqual(await search(wanted), expected);
    });
  }

  test('count once consent is granted: 650057, 65001, 200', async () => {
    const browser = await signedInAs(sandbox, admin);
    const path = await registered(browser, 'Consented later');
    const client = clientOf(path, await secretOf(browser, path));
    assert.equal(await tokenByPassword(sandbox, john, client), 650057);
    await browser.open(`${path}/permissions/add/${partner}`);
    const nothing = await browser.press('Add permissions');
    assert.deepEqual([nothing.status, problems(nothing)], [400, [`${impersonation}: Check the permissions to add.`]]);
    const added = await browser.press('Add permissions', { [impersonation]: 'yes' });
    assert.deepEqual([added.url.search, added.html.includes('Not granted for Contoso')], ['?done=added', true]);
    assert.equal(await tokenByPassword(sandbox, john, client), 65001);
    await browser.open(`${path}/permissions/consent`);
    const granted = await browser.press('Yes, grant consent');
    assert.deepEqual([granted.url.search, granted.html.includes('>Granted for Contoso')], ['?done=granted', true]);
    assert.equal(await tokenByPassword(sandbox, john, client), 200);
  });

  test('are taken off the list again', async () => {
    const browser = await signedInAs(sandbox, admin);
    const path = await registered(browser, 'Listed in vain');
    await browser.open(`${path}/permissions/add/${partner}`);
    await browser.press('Add permissions', { [impersonation]: 'yes' });
    const removed = await browser.press('Remove');
    assert.deepEqual(
      [removed.url.search, removed.html.includes('No permission was added yet.')],
      ['?done=removed', true],
    );
  });

  test('of an API that is not there are none', async () => {
    const browser = await signedInAs(sandbox, admin);
    assert.equal((await browser.open(`${sample}/permissions/add/${fabrikamApp}`)).status, 404);
  });
});

describe('whose it is', () => {
  const paths = ['', '/credentials', '/authentication', '/permissions', '/permissions/consent'];

  test('an application of another tenant is none here', async () => {
    const browser = await signedInAs(sandbox, admin);
    for (const path of paths) {
      const { status } = await browser.open(`/console/applications/${fabrikamApp}${path}`);
      assert.equal(status, 404, path);
    }
  });

  test('applications are not a user administrator’s', async () => {
    const browser = await signedInAs(sandbox, userAdministrator);
    for (const path of ['/console/applications', '/console/applications/new', ...paths.map((part) => sample + part)]) {
      assert.equal((await browser.open(path)).status, 403, path);
    }
  });
});
