import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import type { JsonObject } from '../../src/base/json.ts';
import { grantTypes } from '../../src/protocol/grants.ts';
import { tokenParameters } from '../../src/protocol/token-request.ts';
import { testAuthority } from './fixture.ts';

const authority = await testAuthority();
const captured = ['error', 'error_description', 'error_codes', 'timestamp', 'trace_id', 'correlation_id'];

async function assertRefusedAsJson(response: Response): Promise<void> {
  const body = (await response.json()) as JsonObject;
  assert.ok(response.status >= 400 && response.status < 500, `${response.status}`);
  assert.deepEqual(Object.keys(body).slice(0, captured.length), captured);
  assert.equal(String(body.error_description).includes('\n'), false);
}

const anyText = fc.string({ unit: 'binary', maxLength: 40 });
/** Values that come far enough to meet the later steps. */
const likely = fc.constantFrom(
  'password',
  'client_credentials',
  'authorization_code',
  'refresh_token',
  'device_code',
  'urn:ietf:params:oauth:grant-type:jwt-bearer',
  'on_behalf_of',
  'a'.repeat(43),
  'eyJhbGciOiJSUzI1NiJ9.e30.AA',
  '00001111-aaaa-2222-bbbb-3333cccc4444',
  '11112222-bbbb-3333-cccc-4444dddd5555',
  'john.doe@contoso.com',
  'https://graph.microsoft.com/.default',
  'openid',
  '__proto__',
  'constructor',
);
const parameters = fc.array(
  fc.tuple(fc.oneof(fc.constantFrom(...tokenParameters, '__proto__', 'toString'), anyText), fc.oneof(likely, anyText)),
  { maxLength: 12 },
);
/** Every grant is met, not only the two that the rest of the values happen to fit. */
const grantType = fc.constantFrom(...Object.values(grantTypes).flat());
const tenant = fc.oneof(fc.constantFrom('common', 'organizations', 'contoso.com', '__proto__', 'constructor'), anyText);
const endpoint = fc.constantFrom('oauth2/token', 'oauth2/v2.0/token');

/** The right secret and password are among no values above, so nothing here may get a token. */
test('any form at any tenant is refused in Entra’s form, and never fails', () =>
  fc.assert(
    fc.asyncProperty(tenant, endpoint, parameters, fc.option(grantType), async (name, path, fields, grant) => {
      const others = fields.filter(([field]) => field !== 'grant_type');
      const body = new URLSearchParams(grant === null ? fields : [...others, ['grant_type', grant]]).toString();
      await assertRefusedAsJson(await authority.post(`/${encodeURIComponent(name)}/${path}`, body));
      assert.deepEqual(authority.warnings, []);
    }),
    { numRuns: 500 },
  ));

test('any bytes for a body, and any Authorization, are refused in Entra’s form', () =>
  fc.assert(
    fc.asyncProperty(fc.uint8Array({ maxLength: 200 }), fc.base64String({ maxLength: 60 }), async (bytes, encoded) => {
      const response = await authority.fetch('/contoso.com/oauth2/v2.0/token', {
        method: 'POST',
        body: Buffer.from(bytes),
        headers: { 'content-type': 'application/x-www-form-urlencoded', authorization: `Basic ${encoded}` },
      });
      await assertRefusedAsJson(response);
      assert.deepEqual(authority.warnings, []);
    }),
    { numRuns: 300 },
  ));
