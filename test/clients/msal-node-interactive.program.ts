// @azure/msal-node's interactive sign-in: it listens on loopback and is answered by form_post. The address for the
// browser is printed first, then the result.
import { PublicClientApplication } from '@azure/msal-node';
import { partnerCenter, publicClientId } from './run-client.ts';

const [, , url = ''] = process.argv;
const application = new PublicClientApplication({
  auth: { clientId: publicClientId, authority: `${url}/organizations`, knownAuthorities: [new URL(url).host] },
});
const result = await application.acquireTokenInteractive({
  scopes: [`${partnerCenter}/user_impersonation`],
  openBrowser: async (address) => console.log(address),
});
console.log(JSON.stringify({ accessToken: result.accessToken, username: result.account?.username }));
process.exit();
