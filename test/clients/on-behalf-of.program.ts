// A middle tier acts on behalf of its caller, by @azure/msal-node and by @azure/identity.
import { OnBehalfOfCredential } from '@azure/identity';
import { ConfidentialClientApplication } from '@azure/msal-node';
import { tenant } from './run-client.ts';

const [, , url = '', clientId = '', clientSecret = '', assertion = ''] = process.argv;
const application = new ConfidentialClientApplication({
  auth: { clientId, clientSecret, authority: `${url}/${tenant}`, knownAuthorities: [new URL(url).host] },
});
const scopes = ['https://graph.microsoft.com/User.Read'];
const byMsal = await application.acquireTokenOnBehalfOf({ oboAssertion: assertion, scopes });
// Its type does not list disableInstanceDiscovery for this credential; it is read all the same.
const options = {
  tenantId: tenant,
  clientId,
  clientSecret,
  userAssertionToken: assertion,
  authorityHost: url,
  disableInstanceDiscovery: true,
};
const credential = new OnBehalfOfCredential(options);
const byIdentity = await credential.getToken(scopes);
console.log(JSON.stringify({ tokens: [byMsal?.accessToken, byIdentity.token] }));
