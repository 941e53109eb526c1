import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { AuthError, environments, generateAccessToken } from '../../src/index.ts';
import { fakeWire, json, partnerCenter, quiet, unsigned } from './wire.ts';

const answer = () => json({ access_token: 'generated', token_type: 'Bearer', expires_in: 3600 });

async function exchange(claims: object, more: object = {}) {
  const wire = fakeWire(answer);
  const { options, warnings } = quiet(wire.fetch);
  const bearer = unsigned({ exp: 2_000_000_000, ...claims });
  const error = await generateAccessToken({ ...options, bearer, ...more }).then(
    () => undefined,
    (cause: unknown) => cause as AuthError,
  );
  return { error, warnings, requests: wire.sent.length };
}

describe('the audience, before a bearer is sent', () => {
  const taken: readonly [string, object, object?][] = [
    ['Partner Center', { aud: partnerCenter }],
    ['with a slash', { aud: `${partnerCenter}/` }],
    ['its application id', { aud: 'FA3D9A0C-3fb0-42cc-9193-47c7ecd2edbd' }],
    ['China’s, in China', { aud: environments.AzureChinaCloud.partnerCenter }, { environment: 'AzureChinaCloud' }],
    ['Azure AD Graph, for legacy', { aud: 'https://graph.windows.net' }, { api: 'legacy' }],
    ['Azure AD Graph’s application id, for legacy', { aud: '00000002-0000-0000-c000-000000000000' }, { api: 'legacy' }],
    ['none: the service decides', {}],
  ];
  for (const [name, claims, more] of taken) {
    test(`${name}: sent`, async () => {
      const { error, requests } = await exchange(claims, more);
      assert.deepEqual([error, requests], [undefined, 1]);
    });
  }

  const refused: readonly [string, object, object?][] = [
    ['Graph', { aud: 'https://graph.microsoft.com' }],
    ['the partner host', { aud: 'https://api.partner.microsoft.com' }],
    ['Azure AD Graph, for v3', { aud: 'https://graph.windows.net' }],
  ];
  for (const [name, claims, more] of refused) {
    test(`${name}: not sent`, async () => {
      const { error, requests } = await exchange(claims, more);
      assert.ok(error instanceof AuthError);
      assert.deepEqual([error.code, requests], ['audience_refused', 0]);
    });
  }
});

describe('MFA, before a bearer is sent', () => {
  const cases: readonly [string, object, number][] = [
    ['a user without', { scp: 'user_impersonation', amr: ['pwd'] }, 1],
    ['a user with', { scp: 'user_impersonation', amr: ['pwd', 'mfa'] }, 0],
    ['a token that does not say', { scp: 'user_impersonation' }, 0],
    ['an application', { roles: [], amr: ['pwd'] }, 0],
  ];
  for (const [name, claims, warned] of cases) {
    test(`${name}: ${warned === 1 ? 'a warning' : 'none'}, and it is sent`, async () => {
      const { error, warnings, requests } = await exchange({ aud: partnerCenter, ...claims });
      assert.deepEqual([error, warnings.length, requests], [undefined, warned, 1]);
    });
  }
});
