import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { cloudAt, environments, issuersAt, signIn } from '../../src/protocol/environments.ts';

const tenant = 'aaaabbbb-0000-cccc-1111-dddd2222eeee';

/** Where somebody asks, and who then says to have issued: as Entra's own discovery documents have it. */
const issuers = [
  ['login.microsoftonline.com', 'AzureCloud', 'sts.windows.net', 'login.microsoftonline.com'],
  ['login.windows.net', 'AzureCloud', 'sts.windows.net', 'login.microsoftonline.com'],
  ['login.microsoft.com', 'AzureCloud', 'sts.windows.net', 'login.microsoftonline.com'],
  ['sts.windows.net', 'AzureCloud', 'sts.windows.net', 'login.microsoftonline.com'],
  ['login.chinacloudapi.cn', 'AzureChinaCloud', 'sts.chinacloudapi.cn', 'login.partner.microsoftonline.cn'],
  ['login.partner.microsoftonline.cn', 'AzureChinaCloud', 'sts.chinacloudapi.cn', 'login.partner.microsoftonline.cn'],
  ['sts.chinacloudapi.cn', 'AzureChinaCloud', 'sts.chinacloudapi.cn', 'login.partner.microsoftonline.cn'],
  ['login.microsoftonline.de', 'AzureGermanCloud', 'sts.microsoftonline.de', 'login.microsoftonline.de'],
  ['login.windows-ppe.net', 'AzurePPE', 'sts.windows-ppe.net', 'login.windows-ppe.net'],
  ['login.microsoftonline.us', 'AzureUSGovernment', 'sts.windows.net', 'login.microsoftonline.us'],
  ['login.usgovcloudapi.net', 'AzureUSGovernment', 'sts.windows.net', 'login.microsoftonline.us'],
] as const;

describe('the issuers of a cloud', () => {
  for (const [host, cloud, v1, v2] of issuers) {
    test(`asked at ${host}`, () => {
      assert.equal(cloudAt(`https://${host}`), cloud);
      assert.deepEqual(issuersAt(`https://${host}`, tenant), {
        v1: `https://${v1}/${tenant}/`,
        v2: `https://${v2}/${tenant}/v2.0`,
      });
    });
  }

  const own = ['https://localhost:8443', 'http://login.microsoftonline.com', 'https://login.microsoftonline.com:8443'];
  for (const origin of own) {
    test(`${origin} is no cloud’s: its own issuer`, () => {
      assert.equal(cloudAt(origin), undefined);
      assert.deepEqual(issuersAt(origin, tenant), { v1: `${origin}/${tenant}/`, v2: `${origin}/${tenant}/v2.0` });
    });
  }
});

test('every cloud’s authority is one of its own hosts', () => {
  for (const { name, authority } of Object.values(environments)) {
    assert.equal(cloudAt(authority), name);
    assert.ok(name !== 'Sandbox' && signIn[name].hosts.includes(new URL(authority).hostname), authority);
  }
});
