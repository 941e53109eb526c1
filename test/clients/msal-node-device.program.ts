// @azure/msal-node signs a user in on another device.
import { PublicClientApplication } from '@azure/msal-node';
import { partner } from './run-client.ts';

const [, , url = '', clientId = ''] = process.argv;
const application = new PublicClientApplication({
  auth: { clientId, authority: `${url}/organizations`, knownAuthorities: [new URL(url).host] },
});
let message = '';
const result = await application.acquireTokenByDeviceCode({
  scopes: [`${partner}/user_impersonation`],
  deviceCodeCallback: (response) => {
    message = response.message;
  },
});
console.log(JSON.stringify({ message, accessToken: result?.accessToken, username: result?.account?.username }));
