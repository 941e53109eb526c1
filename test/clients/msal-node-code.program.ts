// @azure/msal-node redeems a code, refreshes without being asked to sign in, and enters a customer's tenant.
import { ConfidentialClientApplication } from '@azure/msal-node';
import { clientId, clientSecret, partner, tenant } from './run-client.ts';

const [, , url = '', code = '', codeVerifier = '', redirectUri = '', customer = ''] = process.argv;
const application = new ConfidentialClientApplication({
  auth: { clientId, clientSecret, authority: `${url}/${tenant}`, knownAuthorities: [new URL(url).host] },
});
const scopes = [`${partner}/user_impersonation`];
const signedIn = await application.acquireTokenByCode({ code, codeVerifier, redirectUri, scopes });
const { account } = signedIn;
if (!account) throw new Error('no account');
const refreshed = await application.acquireTokenSilent({ account, scopes, forceRefresh: true });
const inTenant = { authority: `${url}/${customer}`, forceRefresh: true };
const elsewhere = await application.acquireTokenSilent({ account, scopes, ...inTenant });
console.log(
  JSON.stringify({
    username: account.username,
    homeAccountId: account.homeAccountId,
    tokens: [signedIn, refreshed, elsewhere].map(({ accessToken }) => accessToken),
    fromCache: [signedIn, refreshed, elsewhere].map(({ fromCache }) => fromCache),
    scopes: refreshed?.scopes,
  }),
);
