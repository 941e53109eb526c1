// @azure/msal-node as a partner's program uses it: an app-only token, and the same again.
import { setTimeout } from 'node:timers/promises';
import { ConfidentialClientApplication } from '@azure/msal-node';
import { clientId, clientSecret, partnerCenter, tenant } from './run-client.ts';

const url = process.argv[2] ?? '';
const application = new ConfidentialClientApplication({
  auth: { clientId, clientSecret, authority: `${url}/${tenant}`, knownAuthorities: [new URL(url).host] },
});

/** Every request this process makes, counted where all of them pass. */
const requests: string[] = [];
const globalFetch = globalThis.fetch;
globalThis.fetch = (input, init) => {
  const { pathname } = new URL(input instanceof Request ? input.url : input);
  requests.push(pathname);
  return globalFetch(input, init);
};

const ask = () => application.acquireTokenByClientCredential({ scopes: [`${partnerCenter}/.default`] });
const first = await ask();
const sent = requests.length;
await setTimeout(20);
const second = await ask();

console.log(
  JSON.stringify({
    accessToken: first?.accessToken,
    tokenType: first?.tokenType,
    expiresInSeconds: Math.round(((first?.expiresOn?.getTime() ?? 0) - Date.now()) / 1000),
    requests,
    firstFromCache: first?.fromCache,
    secondFromCache: second?.fromCache,
    same: second?.accessToken === first?.accessToken,
    requestsOfSecond: requests.length - sent,
  }),
);
