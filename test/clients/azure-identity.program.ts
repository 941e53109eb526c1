// @azure/identity's ClientSecretCredential, as an Azure SDK is handed it.
import { ClientSecretCredential } from '@azure/identity';
import { clientId, clientSecret, partnerCenter, tenant } from './run-client.ts';

const credential = new ClientSecretCredential(tenant, clientId, clientSecret, {
  authorityHost: process.argv[2] ?? '',
  disableInstanceDiscovery: true,
});
const { token, expiresOnTimestamp, tokenType } = await credential.getToken(`${partnerCenter}/.default`);
const again = await credential.getToken(`${partnerCenter}/.default`);
console.log(JSON.stringify({ accessToken: token, expiresOnTimestamp, tokenType, same: again.token === token }));
