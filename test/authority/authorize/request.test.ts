import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { entryKey } from '../../../src/domain/index.ts';
import { requestOf } from '../../../src/http/message.ts';
import { authorizeParameters } from '../../../src/protocol/authorize-request.ts';
import { firstForm } from '../../support/page-browser.ts';
import { origin, testAuthority } from '../fixture.ts';
import {
  answered,
  authorizePath,
  browserAt,
  challenge,
  confidential,
  john,
  type Parameters,
  publicApplication,
  right,
  tenant,
  web,
} from './fixture.ts';
import {
  assigned,
  disabled,
  disabledApplication,
  fabrikamApplication,
  pagesSeed,
  singlePage,
  singleTenant,
  stranger,
} from './seed.ts';

const authority = await testAuthority(pagesSeed);
const strict = await testAuthority(pagesSeed, { mode: 'strict' });
const plainVerifier = 'dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk';

const codeOf = (html: string): string | undefined => /AADSTS(\d+)/.exec(html)?.[1];

/** The page it ends with; the application hears nothing. */
async function refusedOnPage(changes: Parameters, at = tenant, from = authority) {
  const response = await from.fetch(authorizePath(changes, { at }));
  assert.equal(response.headers.get('location'), null);
  return { status: response.status, code: codeOf(await response.text()) };
}

async function told(changes: Parameters, { at = tenant, version = 'v2', from = authority } = {}) {
  const response = await from.fetch(authorizePath(changes, { at, version }));
  assert.equal(response.status, 302);
  const location = new URL(response.headers.get('location') ?? '');
  const { error, error_description: description = '', state } = answered(location);
  return { to: location.origin + location.pathname, error, code: codeOf(description), state };
}

const onPage: readonly (readonly [string, Parameters, string, string?])[] = [
  ['no client', { client_id: undefined }, '900144'],
  ['a client that is no id', { client_id: 'x' }, '700038'],
  ['an unknown client', { client_id: '99999999-0000-0000-0000-000000000000' }, '700016'],
  ['another tenant’s single-tenant client', { client_id: singleTenant }, '700016', 'fabrikam.onmicrosoft.com'],
  ['no redirect address where there are several', { redirect_uri: undefined }, '900971'],
  ['an unknown tenant', {}, '90002', 'nowhere.example'],
  ['a malformed tenant', {}, '900023', 'a b'],
];

for (const [name, changes, code, at] of onPage) {
  test(`${name}: a page with ${code}, no redirect`, async () => {
    assert.deepEqual(await refusedOnPage(changes, at === undefined ? tenant : encodeURIComponent(at)), {
      status: 400,
      code,
    });
  });
}

const redirects = [
  'https://localhost:3000/Callback',
  'https://localhost:3000/callback/',
  'https://localhost:3000/callback?x=1',
  'https://localhost:3000/callback#x',
  'https://localhost:3000/callback/..',
  'https://localhost:3000/x/..;/callback',
  'https://localhost:3000/%63allback',
  'https://localhost:3000\\callback',
  'https://localhost:3000/callback\t',
  ' https://localhost:3000/callback',
  'https://localhost:3001/callback',
  'https://localhost/callback',
  'http://localhost:3000/callback',
  'HTTPS://localhost:3000/callback',
  'https://LOCALHOST:3000/callback',
  'https://a@localhost:3000/callback',
  'https://localhost:3000@evil.test/callback',
  'https://a@b@localhost:3000/callback',
  'https://localhost.evil.test:3000/callback',
  'https://xn--localhost:3000/callback',
  'https://localhost:3000/callback\u0000',
  'javascript:alert(1)',
  'data:text/html,x',
  '//localhost:3000/callback',
];

for (const redirect of redirects) {
  test(`row 93: ${JSON.stringify(redirect)} is not the address registered`, async () => {
    assert.deepEqual(await refusedOnPage({ redirect_uri: redirect }), { status: 400, code: '50011' });
  });
}

const loopback: readonly (readonly [string, boolean])[] = [
  ['http://localhost', true],
  ['http://localhost/', true],
  ['http://localhost:8400', true],
  ['http://localhost:61234/', true],
  ['http://localhost:8400/path', false],
  ['http://localhost:8400/?x=1', false],
  ['http://localhost:8400?x=1', false],
  ['http://localhost:99999', false],
  ['http://localhost:', false],
  ['https://localhost:8400', false],
  ['http://127.0.0.1:8400', false],
  ['http://[::1]:8400', false],
  ['http://127.1:8400', false],
  ['http://0.0.0.0:8400', false],
  ['http://localhost.evil.test:8400', false],
  ['http://localhost:8400@evil.test', false],
  ['http://a@localhost:8400', false],
  ['http://LOCALHOST:8400', false],
];

for (const [redirect, isTaken] of loopback) {
  test(`row 94: ${redirect} for a desktop application registered with http://localhost: ${isTaken ? 'taken' : 'refused'}`, async () => {
    const response = await authority.fetch(authorizePath({ redirect_uri: redirect }));
    assert.equal(response.status, isTaken ? 303 : 400);
  });
}

test('row 95: an address with a dangerous scheme is refused at use, even where somebody registered it', async () => {
  const { directory } = authority.context;
  const application = await directory.applicationById(confidential);
  assert.ok(application);
  for (const bad of ['javascript:alert(1)', 'data:text/html,x', 'file:///etc/passwd']) {
    const registered = { ...application, redirectUris: { ...application.redirectUris, web: [bad] } };
    const changed = await testAuthority(undefined, {
      directory: { ...directory, applicationById: async () => registered },
    });
    assert.deepEqual(await refusedOnPage({ redirect_uri: bad }, tenant, changed), { status: 400, code: '50011' });
  }
});

const back: readonly (readonly [string, Parameters, string, string, { at?: string; version?: string }?])[] = [
  ['no response_type', { response_type: undefined }, 'invalid_request', '900144'],
  ['row 105: response_type=token', { response_type: 'token' }, 'unsupported_response_type', '700054'],
  ['row 105: response_type=id_token', { response_type: 'id_token' }, 'unsupported_response_type', '700054'],
  ['row 105: hybrid', { response_type: 'code id_token' }, 'unsupported_response_type', '700054'],
  ['row 105: an unknown response_type', { response_type: 'cookie' }, 'unsupported_response_type', '70005'],
  ['row 105: an unsigned request object', { request: 'eyJhbGciOiJub25lIn0.e30.' }, 'request_not_supported', '90023'],
  ['row 105: request_uri', { request_uri: 'https://evil.test/r' }, 'request_uri_not_supported', '90023'],
  ['an unknown response_mode', { response_mode: 'web_message' }, 'invalid_request', '90023'],
  ['no scope', { scope: undefined }, 'invalid_request', '900144'],
  ['a resource at v2', { resource: 'https://graph.microsoft.com' }, 'invalid_request', '901002'],
  ['an unknown resource', { scope: 'api://nobody/.default' }, 'invalid_resource', '500011'],
  [
    'an unknown resource at v1',
    { scope: undefined, resource: 'api://nobody' },
    'invalid_resource',
    '500011',
    { version: 'v1' },
  ],
  [
    'two resources',
    { scope: 'https://graph.microsoft.com/User.Read https://api.partner.microsoft.com/user_impersonation' },
    'invalid_scope',
    '700022',
  ],
  ['an unknown prompt', { prompt: 'dance' }, 'invalid_request', '90023'],
  ['prompt=none with another', { prompt: 'none login' }, 'invalid_request', '90023'],
  ['max_age that is no number', { max_age: 'soon' }, 'invalid_request', '90023'],
  ['a single-tenant application at common', { client_id: singleTenant }, 'invalid_request', '50194', { at: 'common' }],
  [
    'a single-tenant application at v1’s common',
    { client_id: singleTenant },
    'invalid_request',
    '50194',
    { at: 'common', version: 'v1' },
  ],
  [
    'row 92: a challenge that is too short',
    { code_challenge: 'x'.repeat(42), code_challenge_method: 'plain' },
    'invalid_request',
    '50147',
  ],
  ['row 92: a challenge that is too long', { code_challenge: 'x'.repeat(129) }, 'invalid_request', '50147'],
  ['row 92: a challenge of other characters', { code_challenge: `${'x'.repeat(43)}!` }, 'invalid_request', '50147'],
  [
    'row 92: an S256 challenge that is no SHA-256',
    { code_challenge: 'x'.repeat(44), code_challenge_method: 'S256' },
    'invalid_request',
    '50147',
  ],
  [
    'row 92: an unknown method',
    { code_challenge: challenge, code_challenge_method: 'S512' },
    'invalid_request',
    '50147',
  ],
  ['row 92: a method without a challenge', { code_challenge_method: 'S256' }, 'invalid_request', '50147'],
  [
    'row 92: a single-page application without a challenge',
    { client_id: singlePage, redirect_uri: 'https://localhost:3000/spa' },
    'invalid_request',
    '9002325',
  ],
];

for (const [name, changes, error, code, where] of back) {
  test(`${name}: back to the application with ${error} and ${code}`, async () => {
    const { to, ...rest } = await told(changes, where);
    assert.equal(to, changes.redirect_uri ?? web);
    assert.deepEqual(rest, { error, code, state: 'as it was' });
  });
}

for (const name of authorizeParameters) {
  for (const value of [right[name] ?? 'x', 'other']) {
    test(`row 97: ${name} twice, with ${value === 'other' ? 'another' : 'the same'} value, is refused`, async () => {
      const given = right[name] === undefined ? { [name]: 'x' } : {};
      const response = await authority.fetch(`${authorizePath(given)}&${name}=${encodeURIComponent(value)}`);
      const location = response.headers.get('location');
      const onItsPage = name === 'client_id' || name === 'redirect_uri';
      assert.equal(response.status, onItsPage ? 400 : 302);
      const text = onItsPage ? await response.text() : (answered(new URL(location ?? '')).error_description ?? '');
      assert.equal(codeOf(text), '9000411');
      assert.equal(location === null, onItsPage);
    });
  }

  test(`row 97: ${name} in the address and in the form is refused`, async () => {
    const response = await authority.post(`/${tenant}/oauth2/v2.0/authorize?${name}=x`, `${name}=x`);
    assert.equal(response.status, 400);
    assert.equal(codeOf(await response.text()), '9000411');
  });
}

test('row 97: by bracket syntax it is another parameter', async () => {
  const { client_id: id, ...others } = right as Readonly<Record<string, string>>;
  const response = await authority.fetch(
    `/${tenant}/oauth2/v2.0/authorize?${new URLSearchParams(others)}&client_id[]=${id}`,
  );
  assert.equal(codeOf(await response.text()), '900144');
});

test('a request sent as a form comes again by GET, as it was', async () => {
  const [path = '', query = ''] = authorizePath().split('?');
  const response = await authority.post(path, query, { origin: 'https://localhost:3000' });
  assert.equal(response.status, 303);
  assert.equal(response.headers.get('location'), `${path}?${query}`);
});

test('a request sent as a form is sent nowhere else: its path begins with a tenant', async () => {
  const { handler } = await testAuthority();
  const request = await requestOf(
    new Request(`${origin}/x`, { method: 'POST', body: new URLSearchParams({ client_id: confidential }) }),
  );
  // As it may stand in a request line; a URL would not keep the backslash.
  const reply = await handler({ ...request, path: '/\\evil.test/oauth2/v2.0/authorize' });
  assert.deepEqual([reply.status, reply.headers.some(([name]) => name === 'Location')], [400, false]);
});

test('another method is refused with 900561', async () => {
  const response = await authority.fetch(authorizePath(), { method: 'PUT' });
  assert.deepEqual([response.status, codeOf(await response.text())], [405, '900561']);
});

const signedIn = async (changes: Parameters, { at = tenant, from = authority, user = john, version = 'v2' } = {}) => {
  const browser = browserAt(from);
  await browser.open(authorizePath(changes, { at, version }));
  return browser.submit({ username: user.username, password: user.password });
};

test('the answer is where it was asked for: query, fragment, form', async () => {
  const byQuery = await signedIn({});
  assert.equal(byQuery.left?.search.startsWith('?code='), true);
  const byFragment = await signedIn({ response_mode: 'fragment' });
  assert.deepEqual([byFragment.left?.search, byFragment.left?.hash.startsWith('#code=')], ['', true]);
  const byForm = await signedIn({ response_mode: 'form_post' });
  const { action, hidden } = firstForm(byForm.html);
  assert.equal(action, web);
  assert.deepEqual(Object.keys(hidden), ['code', 'session_state', 'state']);
  assert.equal(byForm.headers.get('content-security-policy')?.includes('form-action https://localhost:3000;'), true);
});

test('row 96: a state of up to 4 KB comes back as it was, in every mode', () =>
  fc.assert(
    fc.asyncProperty(
      fc.string({ unit: 'binary', minLength: 1, maxLength: 1000 }),
      fc.constantFrom('query', 'fragment', 'form_post'),
      async (text, mode) => {
        // What an HTML form cannot carry (NUL, line ends) is not asked of one.
        const state = mode === 'form_post' ? text.replace(/[\0\r\n]/g, '.').toWellFormed() : text.toWellFormed();
        const response = await authority.fetch(authorizePath({ state, response_mode: mode, prompt: 'none' }));
        const answer =
          mode === 'form_post'
            ? firstForm(await response.text()).hidden
            : answered(new URL(response.headers.get('location') ?? ''));
        assert.equal(answer.state, state);
      },
    ),
    { numRuns: 300 },
  ));

test('row 96: 4096 bytes of state that all need escaping come back', async () => {
  const state = 'ÿ%&=+ \u0001'.repeat(512);
  assert.equal((await told({ state, prompt: 'none' })).state, state);
});

test('row 96: no address with a code is told to the next site, nor kept', async () => {
  const browser = browserAt(await testAuthority());
  await browser.open(authorizePath());
  for (const shown of [await browser.submit(john), await browser.open(authorizePath({ response_mode: 'fragment' }))]) {
    assert.notEqual(answered(shown.left).code, undefined);
    const { headers } = shown;
    assert.deepEqual([headers.get('referrer-policy'), headers.get('cache-control')], ['no-referrer', 'no-store']);
  }
});

test('row 96: iss is announced and sent in strict mode, and neither as Entra does it', async () => {
  const issuer = `https://localhost:8443/${tenant}/v2.0`;
  for (const [from, iss, announced] of [
    [authority, undefined, undefined],
    [strict, issuer, true],
  ] as const) {
    const discovery = await (await from.fetch(`/${tenant}/v2.0/.well-known/openid-configuration`)).json();
    assert.equal((discovery as Record<string, unknown>).authorization_response_iss_parameter_supported, announced);
    assert.equal(answered((await signedIn({}, { from })).left).iss, iss);
    assert.equal(answered((await signedIn({}, { from, at: 'common' })).left).iss, iss);
    const refused = await from.fetch(authorizePath({ prompt: 'none' }));
    assert.equal(answered(new URL(refused.headers.get('location') ?? '')).iss, iss);
  }
});

test('row 92: plain is taken as Entra does it, and refused in strict mode', async () => {
  const asking = { code_challenge: plainVerifier };
  const { code = '' } = answered((await signedIn(asking)).left);
  const kept = await authority.context.entries.find('authorizationCode', entryKey(code));
  assert.deepEqual(kept?.codeChallenge, { value: plainVerifier, method: 'plain' });
  assert.equal((await told(asking, { from: strict })).code, '50147');
});

test('row 92: a public client without a challenge is taken as Entra does it, and refused in strict mode', async () => {
  const asking = { client_id: publicApplication, redirect_uri: 'http://localhost:8400' };
  assert.notEqual(answered((await signedIn(asking)).left).code, undefined);
  assert.equal((await told(asking, { from: strict })).code, '9002325');
  const withChallenge = { ...asking, code_challenge: challenge, code_challenge_method: 'S256' };
  assert.equal((await signedIn(withChallenge, { from: strict })).heading, 'Permissions requested');
});

test('an alias means the user’s own tenant, and the code remembers both', async () => {
  for (const at of ['common', 'organizations']) {
    const { code = '' } = answered((await signedIn({}, { at })).left);
    const kept = await authority.context.entries.find('authorizationCode', entryKey(code));
    assert.deepEqual([kept?.tenantId, kept?.tenantPath], [tenant, at]);
  }
});

test('v1 asks by resource, or leaves it to the redemption', async () => {
  for (const resource of ['https://api.partner.microsoft.com', undefined]) {
    const { code = '' } = answered((await signedIn({ scope: undefined, resource }, { version: 'v1' })).left);
    const kept = await authority.context.entries.find('authorizationCode', entryKey(code));
    assert.deepEqual(kept?.asked, resource === undefined ? {} : { resource });
  }
});

test('a partner’s user may enter a customer’s tenant while there is a relationship, and only then', async () => {
  const fabrikam = await signedIn({}, { at: 'fabrikam.onmicrosoft.com' });
  const { code = '' } = answered(fabrikam.left);
  const kept = await authority.context.entries.find('authorizationCode', entryKey(code));
  assert.deepEqual([kept?.tenantId, kept?.signIn.userTenantId], ['bbbbcccc-1111-dddd-2222-eeee3333ffff', tenant]);
  const wingtip = await signedIn({}, { at: 'wingtip.onmicrosoft.com' });
  assert.equal(codeOf(wingtip.html), '50020');
  assert.equal(wingtip.left, undefined);
});

const refusedUsers: readonly (readonly [string, { username: string; password: string }, string, string])[] = [
  ['a disabled user', disabled, tenant, '50057'],
  ['a stranger', stranger, tenant, '50020'],
  ['anybody at consumers', john, 'consumers', '50020'],
];

for (const [name, user, at, code] of refusedUsers) {
  test(`row 109: ${name} with the right password gets no code but ${code}`, async () => {
    const shown = await signedIn({}, { at, user });
    assert.deepEqual([shown.left, shown.heading, codeOf(shown.html)], [undefined, 'Sign in', code]);
  });
}

const refusedApplications: readonly (readonly [string, string, string])[] = [
  ['switched off in the tenant', disabledApplication, '7000112'],
  ['for assigned users', assigned, '50105'],
];

for (const [name, client, code] of refusedApplications) {
  test(`an application ${name} hears ${code} after the sign-in`, async () => {
    const { left } = await signedIn({ client_id: client });
    assert.equal(codeOf(answered(left).error_description ?? ''), code);
  });
}

test('an application of another organization is a stranger until somebody consents', async () => {
  const shown = await signedIn({ client_id: fabrikamApplication, redirect_uri: undefined, scope: 'User.Read' });
  assert.equal(shown.heading, 'Permissions requested');
  assert.ok(shown.html.includes('published by Fabrikam, Inc.'));
});
