import assert from 'node:assert/strict';
import { after, before, beforeEach, describe, test } from 'node:test';
import { explanationOf } from '../../src/protocol/explanations.ts';
import { partnerAuth } from '../cli/command.ts';
import type { FormBrowser, ShownPage } from '../support/form-browser.ts';
import { textOf } from '../support/page-browser.ts';
import { admin, consoleSandbox, john, signedInAs, tenantId, tokenByPassword } from './fixture.ts';

const sandbox = await consoleSandbox();
after(() => sandbox.close());
const sample = '00001111-aaaa-2222-bbbb-3333cccc4444';
const correlationId = 'eeeeffff-4444-aaaa-5555-bbbb6666cccc';

let browser: FormBrowser;
before(async () => {
  browser = await signedInAs(sandbox, admin);
});
beforeEach(() => sandbox.control.clearRequests());

const post = (path: string, form: Record<string, string>, headers: Record<string, string> = {}) =>
  sandbox.fetch(sandbox.url + path, { method: 'POST', body: new URLSearchParams(form), headers });
const words = (html: string): string =>
  textOf(html.replaceAll(/<script>.*<\/script>/gs, '').replaceAll(/<[^>]*>/g, ' '))
    .replaceAll(/\s+/g, ' ')
    .trim();
const rows = ({ html }: ShownPage) =>
  [...html.matchAll(/<tr id="flow-(\d+)">(.*?)<\/tr>/gs)].map(([, id, row = '']) => ({ id, text: words(row) }));
const checks = ({ html }: ShownPage) =>
  [...html.matchAll(/<li class="(passed|stopped|notReached)"/g)].map(([, result]) => result);
const wordsOf = ({ html }: ShownPage) => words(html.slice(html.indexOf('<main')));

/** The page of what was asked last. */
async function opened(): Promise<ShownPage> {
  const [newest] = rows(await browser.open('/console/flows'));
  return browser.open(`/console/flows/${newest?.id}`);
}

describe('the list', () => {
  test('says what was asked, for which application, and what became of it, newest first', async () => {
    await tokenByPassword(sandbox, john);
    await tokenByPassword(sandbox, { ...john, password: 'wrong' });
    await post('/v3/generatetoken', {}, { accept: 'application/json', 'ms-correlationid': correlationId });
    const shown = rows(await browser.open('/console/flows')).map(({ text }) => text);
    assert.equal(shown.length, 3);
    assert.match(shown[0] ?? '', /^Generate access token, v3.*800001.*eeeeffff-4444-aaaa-5555-bbbb6666cccc$/);
    assert.match(shown[1] ?? '', /^Password grant, v1.*2026-11-21 .* UTC.*Partner Center Access App.*AADSTS50126/);
    assert.match(shown[2] ?? '', /^Password grant, v1.*Token issued/);
  });

  test('is searched and paged here', async () => {
    for (let count = 0; count < 30; count++)
      await post('/common/oauth2/token', { grant_type: 'nonsense', client_id: sample });
    await post('/common/oauth2/token', {}, { 'client-request-id': correlationId });
    assert.equal(rows(await browser.open('/console/flows')).length, 25);
    assert.equal(rows(await browser.open('/console/flows?page=2')).length, 6);
    for (const search of [correlationId, 'eeeeffff', 'AADSTS900144']) {
      assert.equal(rows(await browser.open(`/console/flows?q=${search}`)).length, 1, search);
    }
    assert.match(wordsOf(await browser.open('/console/flows?q=zebra')), /Nothing has “zebra”/);
  });

  test('is empty before anything was asked, and has a table for what comes', async () => {
    const page = await browser.open('/console/flows');
    assert.deepEqual(rows(page), []);
    assert.match(wordsOf(page), /Nothing was asked yet/);
    assert.match(page.html, /<tbody data-live-rows><\/tbody>/);
  });
});

describe('one of them', () => {
  test('shows every check in its order, the one that refused, and what explain says of it', async () => {
    await tokenByPassword(sandbox, { ...john, password: 'wrong' });
    const page = await opened();
    assert.equal(page.heading, 'Password grant, v1');
    const results = checks(page);
    const stopped = results.indexOf('stopped');
    assert.ok(stopped > 0 && results.slice(0, stopped).every((result) => result === 'passed'));
    assert.ok(results.slice(stopped + 1).every((result) => result === 'notReached'));
    const { stdout } = await partnerAuth(['explain', 'AADSTS50126']);
    const [{ cause, nextStep, meaning }] = JSON.parse(stdout);
    for (const told of [`AADSTS50126: ${meaning}`, cause, nextStep, john.username, sample, 'Contoso']) {
      assert.ok(wordsOf(page).includes(told), told);
    }
  });

  test('every refusal the page can be of names the cause and the next step of the table', async () => {
    for (const code of ['AADSTS50034', 'AADSTS7000215', 'AADSTS700016', 'AADSTS90002', 'AADSTS50196'] as const) {
      await sandbox.control.addFault({ endpoint: 'token', error: code });
      await tokenByPassword(sandbox, john);
      const told = wordsOf(await opened());
      const { cause = '', nextStep = '' } = explanationOf(code) ?? {};
      assert.ok(cause !== '' && told.includes(cause) && told.includes(nextStep), code);
      assert.match(told, /No fault that is set in this sandbox answers in its place/);
    }
  });

  test('leads to the page on which it is mended, for an application of the own tenant', async () => {
    await tokenByPassword(sandbox, john, { client_id: sample, client_secret: 'wrong' });
    assert.match((await opened()).html, new RegExp(`href="/console/applications/${sample}/credentials"`));
    await sandbox.control.registerApplication({
      displayName: 'Fabrikam',
      tenant: 'fabrikam.onmicrosoft.com',
      signInAudience: 'AzureADMultipleOrgs',
    });
    const { applications } = await sandbox.control.applications({ tenant: 'fabrikam.onmicrosoft.com' });
    const other = applications.find(({ displayName }) => displayName === 'Fabrikam')?.appId ?? '';
    const form = { grant_type: 'client_credentials', client_id: other, client_secret: 'x' };
    await post('/fabrikam.onmicrosoft.com/oauth2/v2.0/token', {
      ...form,
      scope: 'https://graph.microsoft.com/.default',
    });
    const page = await opened();
    assert.match(wordsOf(page), /AADSTS7000215/);
    assert.equal(page.html.includes(`/console/applications/${other}`), false);
  });

  test('lists what else came under its correlation id', async () => {
    const id = { 'client-request-id': correlationId };
    await post('/common/oauth2/token', { grant_type: 'nonsense' }, id);
    await post('/contoso.com/oauth2/v2.0/devicecode', { client_id: sample }, id);
    await post('/v3/generatetoken', {}, { accept: 'application/json' });
    const [, device, first] = rows(await browser.open('/console/flows'));
    const others = rows(await browser.open(`/console/flows/${device?.id}`));
    assert.deepEqual(
      others.map(({ id }) => id),
      [first?.id],
    );
  });

  test('a success passes all and has nothing to explain', async () => {
    await tokenByPassword(sandbox, john);
    const page = await opened();
    assert.ok(checks(page).length > 8 && checks(page).every((result) => result === 'passed'));
    assert.equal(page.html.includes('Next step'), false);
  });

  test('a connection that was cut says so', async () => {
    await sandbox.control.addFault({ endpoint: 'token', drop: true });
    await tokenByPassword(sandbox, john).catch(() => {});
    assert.match(wordsOf(await opened()), /a fault that is set in this sandbox cut the connection.*Connection cut/);
  });

  test('what is no flow, or is forgotten, is not there', async () => {
    await sandbox.fetch(`${sandbox.url}/livez`);
    const [livez] = await sandbox.control.requests();
    for (const id of [livez?.id, '0', '-1', '1e3', 'x', '99999999']) {
      assert.equal((await browser.open(`/console/flows/${id}`)).status, 404, id);
    }
  });
});

test('rows 29, 57, 100: neither a secret nor markup of a request is in the pages', async () => {
  const hostile = '"><img src=x onerror=alert(1)>';
  const { access_token: bearer } = (await (
    await post('/contoso.com/oauth2/v2.0/token', {
      grant_type: 'client_credentials',
      client_id: sample,
      client_secret: 'TestClientAppSecret23456',
      scope: 'https://api.partnercenter.microsoft.com/.default',
    })
  ).json()) as { access_token: string };
  await post(
    `/${tenantId}/oauth2/token?${new URLSearchParams({ resource: hostile })}`,
    {
      grant_type: hostile,
      client_id: sample,
      client_secret: 'Planted-1',
      password: 'Planted-2',
      assertion: 'Planted-3',
    },
    { 'user-agent': hostile, authorization: 'Basic UGxhbnRlZC00' },
  );
  await post('/v3/generatetoken', {}, { accept: 'application/json', authorization: `Bearer ${bearer}` });
  const list = await browser.open('/console/flows');
  const pages = [list];
  for (const { id } of rows(list)) pages.push(await browser.open(`/console/flows/${id}`));
  assert.equal(pages.length, 4);
  for (const { html, headers } of pages) {
    for (const secret of ['Planted-', 'UGxhbnRlZC', 'TestClientAppSecret', bearer.slice(0, 30), '<img']) {
      assert.equal(html.includes(secret), false, secret);
    }
    assert.match(headers.get('content-security-policy') ?? '', /script-src 'sha256-[^']+'; connect-src 'self'/);
  }
  assert.ok(pages.some(({ html }) => html.includes('&lt;img src=x')));
});
