// @azure/msal-node with nothing set but who the application is: its own host, its own discovery of the cloud.
import { ConfidentialClientApplication } from '@azure/msal-node';
import { clientId, clientSecret, partnerCenter, tenant } from './run-client.ts';

const [, , host = ''] = process.argv;
const application = new ConfidentialClientApplication({
  auth: { clientId, clientSecret, authority: `https://${host}/${tenant}` },
});

/** Every host this process asks, counted where all requests pass. */
const hosts: string[] = [];
const globalFetch = globalThis.fetch;
globalThis.fetch = (input, init) => {
  hosts.push(new URL(input instanceof Request ? input.url : input).host);
  return globalFetch(input, init);
};

const result = await application.acquireTokenByClientCredential({ scopes: [`${partnerCenter}/.default`] });
console.log(JSON.stringify({ accessToken: result?.accessToken, hosts }));
