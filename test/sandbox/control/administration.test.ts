import assert from 'node:assert/strict';
import { test } from 'node:test';
import { clientCertificate } from '../../../src/http/tls/certificate-authority.ts';
import { controlled, jane, john, now, signIn, tokenWith } from './fixture.ts';

/** The set-up as functions: each does what its address does. */
const partner = 'https://api.partner.microsoft.com';
const adventureWorks = 'ccccdddd-2222-eeee-3333-ffff4444aaaa';

test('users: add, list, change, reset, forget', async () => {
  const sandbox = await controlled();
  const { control } = sandbox;
  const userPrincipalName = 'alex.wilber@contoso.com';
  const added = await control.addUser({ userPrincipalName, displayName: 'Alex' });
  assert.deepEqual((await control.users({ search: 'alex' })).users, [added.user]);
  const changed = await control.changeUser(userPrincipalName, { partnerRoles: ['Admin agent'], accountEnabled: false });
  assert.deepEqual([changed.partnerRoles, changed.accountEnabled], [['Admin agent'], false]);
  const { temporaryPassword } = await control.resetPassword(john);
  assert.equal((await signIn(sandbox, john, temporaryPassword)).status, 400);
  assert.equal((await control.forgetSecondFactor(jane)).mfa.enrolled, false);
  await assert.rejects(control.addUser({ userPrincipalName, displayName: 'Again' }), { code: 'conflict' });
});

test('applications: register, secrets, certificates, permissions, consent', async () => {
  const sandbox = await controlled();
  const { control } = sandbox;
  const { appId } = await control.registerApplication({ displayName: 'App' });
  const web = ['https://a.example/'];
  assert.deepEqual((await control.changeApplication(appId, { redirectUris: { web } })).redirectUris.web, web);
  const { keyId, secretText } = await control.addSecret(appId);
  assert.equal((await tokenWith(sandbox, appId, secretText)).code, undefined);
  assert.equal((await control.removeSecret(appId, keyId)).secrets.length, 0);
  const { certificatePem } = await clientCertificate({ commonName: 'a client', now, lifetimeDays: 30 });
  const certificate = await control.addCertificate(appId, { certificate: certificatePem });
  assert.equal((await control.removeCertificate(appId, certificate.keyId)).certificates.length, 0);
  const permission = { resource: partner, permission: 'user_impersonation' };
  assert.equal((await control.addPermission(appId, permission)).permissions.length, 1);
  assert.deepEqual((await control.grantAdminConsent(appId)).granted[0]?.scopes, ['user_impersonation']);
  assert.equal((await control.application(appId)).permissions[0]?.granted, true);
  assert.equal((await control.removePermission(appId, permission)).permissions.length, 0);
  assert.equal((await control.applications({ search: 'app', top: 1 })).applications[0]?.appId, appId);
  assert.equal((await control.resources('contoso.com')).length, 6);
});

test('the partner’s world: customers, relationships, referrals, keys', async () => {
  const { control } = await controlled();
  const customer = await control.addCustomer({ companyName: 'Tailspin', domain: 'tailspin.example' });
  const relationship = await control.addRelationship(customer.tenantId, { roles: ['Global Reader'] });
  assert.equal((await control.endRelationship(customer.tenantId, relationship.id)).status, 'terminated');
  const listed = await control.customers({ partner: 'contoso.com' });
  assert.deepEqual([listed.total, listed.customers[0]?.tenantId], [4, adventureWorks]);
  const referral = await control.addReferral({ name: 'Lead', customerName: 'Fabrikam', country: 'US' });
  assert.equal((await control.referrals()).length, 4);
  await control.removeReferral(referral.id);
  await assert.rejects(control.removeReferral(referral.id), { code: 'notFound', target: 'id' });
  const kid = await control.rotateKeys('authority');
  assert.equal((await control.keys()).find(({ standing }) => standing === 'current')?.kid, kid);
});

test('what is not there, or not valid, is refused by the member, as over HTTP', async () => {
  const { control } = await controlled();
  await assert.rejects(control.resetPassword('nobody@contoso.com'), { code: 'notFound', target: 'userPrincipalName' });
  await assert.rejects(control.addSecret('99999999-0000-0000-0000-000000000001'), {
    code: 'notFound',
    target: 'appId',
  });
  await assert.rejects(control.customers({ top: 0 }), { code: 'invalidInput', target: 'top' });
});
