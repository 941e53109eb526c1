import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { environment } from '../../../../src/cli/doctor/checks/environment.ts';
import { environments, sandboxEnvironment } from '../../../../src/index.ts';
import { findingBy, type Given } from '../fixture.ts';

const { AzureCloud, AzureChinaCloud } = environments;
const cloud = 'AzureCloud (https://login.microsoftonline.com)';

const cases: readonly (readonly [name: string, given: Given, found: string])[] = [
  ['nothing says', {}, `${cloud}, by default.`],
  ['an option', { values: { environment: 'AzureCloud' } }, `${cloud}, from --environment.`],
  [
    'a variable',
    { variables: { PARTNER_AUTH_ENVIRONMENT: 'AzureChinaCloud' }, environment: AzureChinaCloud },
    'AzureChinaCloud (https://login.chinacloudapi.cn), from PARTNER_AUTH_ENVIRONMENT.',
  ],
  [
    'an option and a variable',
    { values: { environment: 'AzureCloud' }, variables: { PARTNER_AUTH_ENVIRONMENT: 'AzureChinaCloud' } },
    `${cloud}, from --environment.`,
  ],
  [
    'an authority of Azure’s variable',
    {
      variables: { AZURE_AUTHORITY_HOST: 'https://localhost:8443' },
      environment: sandboxEnvironment('https://localhost:8443'),
    },
    'Sandbox (https://localhost:8443), from AZURE_AUTHORITY_HOST.',
  ],
];

describe('environment', () => {
  for (const [name, given, found] of cases) {
    test(name, async () => {
      const expected = { state: 'ok', found, nextStep: undefined };
      assert.deepEqual(await findingBy(environment, { environment: AzureCloud, ...given }), expected);
    });
  }
});
