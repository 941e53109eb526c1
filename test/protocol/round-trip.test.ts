import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { Secret } from '../../src/base/secret.ts';
import { newPartnerAccessToken } from '../../src/index.ts';
import {
  authorizeParameters,
  decodeAuthorizeRequest,
  encodeAuthorizeRequest,
} from '../../src/protocol/authorize-request.ts';
import {
  authorizeResponseParameters,
  decodeAuthorizeResponse,
  redirectWith,
} from '../../src/protocol/authorize-response.ts';
import { decodeClientCapabilities, encodeClientCapabilities } from '../../src/protocol/claims-request.ts';
import { decodeBasicCredentials, encodeBasicCredentials } from '../../src/protocol/client-auth.ts';
import { decodeDeviceAuthorization, encodeDeviceAuthorization } from '../../src/protocol/device.ts';
import { decodeDiscovery, encodeDiscovery } from '../../src/protocol/discovery.ts';
import { decodeForm, encodeForm } from '../../src/protocol/form.ts';
import {
  decodeGenerateTokenRequest,
  decodeGenerateTokenResponse,
  encodeGenerateTokenRequest,
  encodeGenerateTokenResponse,
} from '../../src/protocol/generate-token.ts';
import { requestMediaTypes, responseMediaTypes } from '../../src/protocol/media-type.ts';
import { decodeOAuthError, encodeOAuthError } from '../../src/protocol/oauth-error.ts';
import { decodePartnerError, encodePartnerError } from '../../src/protocol/partner-error.ts';
import { decodeTokenRequest, encodeTokenRequest } from '../../src/protocol/token-request.ts';
import { decodeTokenResponse, encodeTokenResponse } from '../../src/protocol/token-response.ts';
import { decodeXml } from '../../src/protocol/xml.ts';
import { encodeXml } from '../../src/protocol/xml-text.ts';
import { fakeWire, tokenAnswer } from '../client/wire.ts';
import { anyText, revealed, seconds, secret, someOf, xmlText } from './arbitraries.ts';

/** decode ∘ encode = identity, for every message: client and server meet only here, so neither can drift. */
const roundTrip = <Value>(name: string, values: fc.Arbitrary<Value>, there: (value: Value) => void) =>
  test(`round trip: ${name}`, () => fc.assert(fc.property(values, there)));

roundTrip('form', fc.uniqueArray(fc.tuple(anyText, anyText), { selector: ([name]) => name }), (fields) => {
  const named = fields.filter(([name, value]) => name !== '' || value !== '');
  assert.deepEqual(decodeForm(encodeForm(named)), new Map(named));
});

const tokenRequest = someOf({
  grantType: anyText,
  clientId: anyText,
  clientSecret: secret,
  clientAssertion: secret,
  clientAssertionType: anyText,
  scope: anyText,
  resource: anyText,
  username: anyText,
  password: secret,
  code: secret,
  redirectUri: anyText,
  codeVerifier: secret,
  refreshToken: secret,
  deviceCode: secret,
  assertion: secret,
  requestedTokenUse: anyText,
  claims: anyText,
  clientInfo: anyText,
});

roundTrip('token request', tokenRequest, (request) => {
  assert.deepEqual(revealed(decodeTokenRequest(decodeForm(encodeTokenRequest(request)))), revealed(request));
});

const some = anyText.filter((text) => text !== '');

/** Some of the parameters, each at most once. An empty one is none, so none is. */
const parametersOf = <Name extends string>(names: readonly Name[]) =>
  fc
    .uniqueArray(fc.tuple(fc.constantFrom(...names), some), { selector: ([name]) => name })
    .map((pairs) => Object.fromEntries(pairs) as Partial<Record<Name, string>>);

const readBack = <Name extends string>(names: readonly Name[], get: (name: Name) => string | undefined) =>
  Object.fromEntries(names.map((name) => [name, get(name)]).filter(([, value]) => value !== undefined));

roundTrip('authorize request', parametersOf(authorizeParameters), (request) => {
  const { get, repeated } = decodeAuthorizeRequest(encodeAuthorizeRequest(request));
  assert.deepEqual(readBack(authorizeParameters, get), request);
  assert.equal(repeated.size, 0);
});

for (const registered of ['http://localhost:8400', 'https://localhost:3000/callback?kept=1']) {
  roundTrip(`authorize answer at ${registered}`, parametersOf(authorizeResponseParameters), (response) => {
    const address = redirectWith(registered, 'query', Object.entries(response));
    const { get, repeated } = decodeAuthorizeResponse(new URL(address).search.slice(1));
    assert.deepEqual(readBack(authorizeResponseParameters, get), response);
    assert.equal(repeated.size, 0);
  });
}

roundTrip('a parameter of an authorize answer that came twice', fc.tuple(some, anyText), ([first, second]) => {
  for (const name of authorizeResponseParameters) {
    const query = encodeForm([
      [name, first],
      [name, second],
      ['x', '1'],
      ['x', '2'],
    ]);
    assert.deepEqual([...decodeAuthorizeResponse(query).repeated], [name]);
  }
});

const grants = fc.record({
  username: some,
  password: some,
  clientSecret: some,
  claims: fc.option(some, { nil: undefined }),
});

test('round trip: the token requests the client sends', () =>
  fc.assert(
    fc.asyncProperty(grants, async ({ username, password, clientSecret, claims }) => {
      const wire = fakeWire(() => tokenAnswer());
      const common = {
        applicationId: 'app',
        credential: { password: clientSecret },
        claims,
        fetch: wire.fetch,
      } as const;
      const scopes = 'a/x b/y';
      await newPartnerAccessToken({ ...common, scopes, tenant: 'contoso.com' });
      await newPartnerAccessToken({ ...common, scopes, username, password });
      await newPartnerAccessToken({ ...common, resource: 'partner', username, password });
      const read = wire.sent.map(({ body }) => revealed(decodeTokenRequest(decodeForm(body))));
      const secrets = { clientSecret: `secret:${clientSecret}` };
      const client = { clientId: 'app', ...secrets, ...(claims === undefined ? {} : { claims }) };
      const user = { grantType: 'password', username, password: `secret:${password}` };
      assert.deepEqual(read, [
        { ...client, grantType: 'client_credentials', scope: scopes },
        { ...client, ...user, scope: `${scopes} openid profile offline_access` },
        { clientId: 'app', ...secrets, ...user, scope: 'openid', resource: 'https://api.partner.microsoft.com' },
      ]);
    }),
    { numRuns: 50 },
  ));

const tokenResponse = fc.record(
  {
    tokenType: anyText,
    scope: anyText,
    expiresInSeconds: seconds,
    extExpiresInSeconds: seconds,
    expiresOn: seconds,
    notBefore: seconds,
    resource: anyText,
    accessToken: anyText,
    refreshToken: anyText,
    idToken: anyText,
    clientInfo: anyText,
  },
  { requiredKeys: ['tokenType', 'expiresInSeconds', 'accessToken'] },
);

for (const version of ['v1', 'v2'] as const) {
  roundTrip(`token response ${version}`, tokenResponse, (response) => {
    assert.deepEqual(decodeTokenResponse(encodeTokenResponse(response, version)), { ...response });
  });

  const device = fc.record({
    userCode: anyText,
    deviceCode: anyText,
    verificationUri: anyText,
    expiresInSeconds: seconds,
    intervalSeconds: seconds,
    message: anyText,
  });
  roundTrip(`device code answer ${version}`, device, (answer) => {
    assert.deepEqual(decodeDeviceAuthorization(encodeDeviceAuthorization(answer, version)), { ...answer });
  });

  const place = fc.record({
    origin: fc.webUrl({ withFragments: false }),
    tenant: fc.uuid(),
    issuer: anyText,
    region: fc.option(anyText),
  });
  roundTrip(`discovery ${version}`, place, ({ origin, tenant, issuer, region }) => {
    const text = encodeDiscovery({ version, origin, tenant, issuer, tenantRegionScope: region });
    const path = version === 'v1' ? '' : '/v2.0';
    assert.deepEqual(decodeDiscovery(text), {
      issuer,
      tokenEndpoint: `${origin}/${tenant}/oauth2${path}/token`,
      jwksUri: `${origin}/${tenant}/discovery${path}/keys`,
      authorizationEndpoint: `${origin}/${tenant}/oauth2${path}/authorize`,
      deviceAuthorizationEndpoint: `${origin}/${tenant}/oauth2${path}/devicecode`,
      codeChallengeMethods: undefined,
      namesIssuerInResponses: false,
      tenantRegionScope: region ?? undefined,
    });
  });
}

const instant = fc
  .date({ min: new Date('1970-01-01T00:00:00Z'), max: new Date('9999-12-31T23:59:59Z'), noInvalidDate: true })
  .map((date) => new Date(Math.floor(date.getTime() / 1000) * 1000));

const oauthError = fc.record(
  {
    error: anyText,
    errorDescription: anyText,
    errorCodes: fc.array(fc.integer({ min: 1, max: 99_999_999 }), { maxLength: 3 }),
    timestamp: instant,
    traceId: anyText,
    correlationId: anyText,
    errorUri: anyText,
    suberror: anyText,
    passwordChangeUrl: anyText,
    claims: anyText,
  },
  { requiredKeys: ['error', 'errorDescription', 'errorCodes'] },
);

roundTrip('OAuth error', oauthError, (error) => {
  assert.deepEqual(decodeOAuthError(encodeOAuthError(error)), { ...error });
});

roundTrip('client capabilities', fc.array(anyText), (capabilities) => {
  assert.deepEqual(decodeClientCapabilities(encodeClientCapabilities(capabilities)), capabilities);
});

roundTrip('Basic credentials', fc.tuple(anyText, anyText), ([clientId, clientSecret]) => {
  const header = encodeBasicCredentials({ clientId, clientSecret: new Secret(clientSecret) });
  const decoded = decodeBasicCredentials(header);
  assert.equal(decoded?.clientId, clientId);
  assert.equal(decoded?.clientSecret.reveal(), clientSecret);
});

roundTrip('XML', fc.array(fc.tuple(fc.constantFrom('a', 'b-1', 'MS_x'), xmlText), { maxLength: 8 }), (children) => {
  const document = encodeXml(
    'Root',
    children.map(([name, text]) => encodeXml(name, text)),
  );
  assert.deepEqual(decodeXml(document), {
    name: 'Root',
    text: '',
    children: children.map(([name, text]) => ({ name, text, children: [] })),
  });
});

for (const mediaType of requestMediaTypes) {
  roundTrip(`generate-token request, ${mediaType}`, xmlText, (grantType) => {
    assert.deepEqual(
      decodeGenerateTokenRequest(encodeGenerateTokenRequest({ grantType }, mediaType), mediaType, decodeXml),
      {
        grantType,
      },
    );
  });
}

for (const mediaType of responseMediaTypes) {
  const token = fc.record({
    accessToken: xmlText.filter((text) => text !== ''),
    tokenType: xmlText,
    expiresInSeconds: seconds,
  });
  for (const api of ['v3', 'legacy'] as const) {
    roundTrip(`generate-token response ${api}, ${mediaType}`, token, (response) => {
      const text = encodeGenerateTokenResponse(response, api, mediaType);
      assert.deepEqual(decodeGenerateTokenResponse(text, mediaType, decodeXml), { ...response });
    });
  }

  const error = fc.record({
    code: xmlText,
    description: xmlText.filter((text) => text.length <= 1024),
    data: fc.array(xmlText, { maxLength: 4 }),
    source: xmlText,
  });
  roundTrip(`Partner Center error, ${mediaType}`, error, (partnerError) => {
    assert.deepEqual(decodePartnerError(encodePartnerError(partnerError, mediaType), mediaType, decodeXml), {
      ...partnerError,
    });
  });
}
