import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { audience } from '../../../../src/cli/doctor/checks/audience.ts';
import { planToken } from '../../../../src/client/plan.ts';
import { environments, sandboxEnvironment } from '../../../../src/index.ts';
import { partnerCode } from '../../../../src/protocol/partner-codes.ts';
import { applicationId } from '../../../client/wire.ts';
import { findingBy, type Given } from '../fixture.ts';

const partnerCenter = 'https://api.partnercenter.microsoft.com';
const partner = 'https://api.partner.microsoft.com';
const { AzureCloud, AzureChinaCloud } = environments;
const nextStep = partnerCode('900420')?.nextStep;
const forPartnerCenter = `For Partner Center, ${partnerCenter}; not for ${partner}.`;
const forPartner = `For the partner API (Referrals, price sheets), ${partner}; not for ${partnerCenter}.`;

const plan = (resource: string) =>
  planToken({ set: 'Password', flow: 'password' }, AzureCloud, { applicationId, resource });

const wells: readonly (readonly [name: string, given: Given, found: string])[] = [
  ['Partner Center', { claims: { aud: partnerCenter } }, forPartnerCenter],
  ['with a slash', { claims: { aud: `${partnerCenter}/` } }, forPartnerCenter],
  ['by its application id', { claims: { aud: 'fa3d9a0c-3fb0-42cc-9193-47c7ecd2edbd' } }, forPartnerCenter],
  ['the partner API', { claims: { aud: partner } }, forPartner],
  ['as asked', { claims: { aud: partner }, values: { resource: 'partner' } }, forPartner],
  [
    'as asked by a scope',
    { claims: { aud: partner }, values: { scopes: [`${partner}/user_impersonation`] } },
    forPartner,
  ],
  ['as planned', { claims: { aud: partner }, token: { plan: plan('partner') } }, forPartner],
  ['Graph', { claims: { aud: 'https://graph.microsoft.com' } }, 'For Microsoft Graph, https://graph.microsoft.com.'],
  [
    'the sandbox’s, which are the global cloud’s',
    { claims: { aud: partnerCenter }, environment: sandboxEnvironment('https://localhost:8443') },
    forPartnerCenter,
  ],
  [
    'China’s, in China',
    { claims: { aud: AzureChinaCloud.partnerCenter }, environment: AzureChinaCloud },
    `For Partner Center, ${AzureChinaCloud.partnerCenter}.`,
  ],
  [
    'an API of one’s own, as asked',
    { claims: { aud: 'api://mine' }, values: { resource: 'api://mine' } },
    'For api://mine, as asked.',
  ],
];

const ills: readonly (readonly [name: string, given: Given, expected: readonly unknown[]])[] = [
  [
    'Partner Center’s, and the partner API was asked for',
    { claims: { aud: partnerCenter }, values: { resource: 'partner' } },
    ['failed', `The token is for ${partnerCenter}, and ${partner} was asked for.`, nextStep, 5],
  ],
  [
    'the partner API’s, and Partner Center was asked for',
    { claims: { aud: partner }, variables: { PARTNER_AUTH_RESOURCE: 'partner-center' } },
    ['failed', `The token is for ${partner}, and ${partnerCenter} was asked for.`, nextStep, 5],
  ],
  [
    'another than was planned',
    { claims: { aud: partner }, token: { plan: plan('partner-center') } },
    ['failed', `The token is for ${partner}, and ${partnerCenter} was asked for.`, nextStep, 5],
  ],
  [
    'Azure AD Graph',
    { claims: { aud: 'https://graph.windows.net' } },
    ['failed', 'The token is for Azure AD Graph, which Partner Center no longer takes.', nextStep, 5],
  ],
  [
    'Azure AD Graph by its id',
    { claims: { aud: '00000002-0000-0000-c000-000000000000' } },
    ['failed', 'The token is for Azure AD Graph, which Partner Center no longer takes.', nextStep, 5],
  ],
  [
    'China’s, in the global cloud',
    { claims: { aud: AzureChinaCloud.partnerCenter } },
    [
      'failed',
      'The token is for Partner Center in AzureChinaCloud, and the environment is AzureCloud.',
      'Give --environment AzureChinaCloud, or sign in for AzureCloud.',
      7,
    ],
  ],
  [
    'somebody else’s',
    { claims: { aud: 'api://other' } },
    ['warning', 'The token is for api://other, which is none of the partner APIs.', nextStep, undefined],
  ],
  ['none', { claims: { aud: undefined } }, ['failed', 'The token names no audience.', nextStep, 5]],
  ['no token', {}, ['skipped', 'needs a token', undefined, undefined]],
  [
    'an opaque token',
    { token: { claims: undefined } },
    ['skipped', 'needs a token that can be read', undefined, undefined],
  ],
];

describe('audience', () => {
  for (const [name, given, found] of wells) {
    test(name, async () => {
      assert.deepEqual(await findingBy(audience, given), { state: 'ok', found, nextStep: undefined });
    });
  }
  for (const [name, given, expected] of ills) {
    test(name, async () => {
      const { state, found, nextStep, exitCode } = await findingBy(audience, given);
      assert.deepEqual([state, found, nextStep, exitCode], expected);
    });
  }
});
