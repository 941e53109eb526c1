import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import fc from 'fast-check';
import { Secret } from '../../src/base/secret.ts';
import { secretKey } from '../../src/client/kept-secrets.ts';
import { type PlanInput, planToken, refusalKey, signInKey, throttleKey } from '../../src/client/plan.ts';
import { readStoredKey, storedKeyText } from '../../src/client/stored-keys.ts';
import { environments } from '../../src/protocol/environments.ts';

const flow = { set: 'User', flow: 'browser' } as const;
const anyInput: fc.Arbitrary<PlanInput> = fc.record({
  applicationId: fc.string({ minLength: 1 }),
  tenant: fc.constantFrom('contoso.com', 'fabrikam.com'),
  profile: fc.option(fc.string(), { nil: undefined }),
  refreshToken: fc.option(
    fc.string().map((text) => new Secret(text)),
    { nil: undefined },
  ),
  claims: fc.option(fc.string(), { nil: undefined }),
  scopes: fc.array(fc.stringMatching(/^[a-z/:.]+$/), { minLength: 1 }),
});

test('every key is read back as what made it, and written again as it was', () => {
  fc.assert(
    fc.property(anyInput, (input) => {
      const plan = planToken(flow, environments.AzureCloud, input);
      const { applicationId, holder, tenant, version } = plan;
      const identity = { authority: 'https://login.microsoftonline.com', applicationId, holder };
      const asked = { resource: null, scopes: [...plan.scopes].sort(), claims: input.claims ?? null };
      const request = { ...identity, tenant, version, ...asked };
      const keys = [
        [plan.key, { kind: 'token', ...request }],
        [refusalKey(plan), { kind: 'refusal', ...request }],
        [signInKey(plan), { kind: 'sign-in', ...identity }],
        [throttleKey(plan), { kind: 'throttle', authority: identity.authority, applicationId, tenant }],
      ] as const;
      for (const [key, is] of keys) {
        assert.deepEqual(readStoredKey(key), is);
        assert.equal(storedKeyText(is), key);
      }
    }),
  );
});

test('the key of a secret', () => {
  const key = secretKey({ profile: 'nightly', name: 'clientSecret' });
  const is = { kind: 'secret', profile: 'nightly', name: 'clientSecret' } as const;
  assert.deepEqual(readStoredKey(key), is);
  assert.equal(storedKeyText(is), key);
});

describe('what is no key of ours', () => {
  for (const text of [
    '',
    'x',
    '[]',
    '{}',
    '["token"]',
    '["token","a","b","c"]',
    '["other","a","b","c"]',
    '["secret","a"',
  ]) {
    test(text, () => assert.equal(readStoredKey(text), undefined));
  }
});
