// @azure/msal-node with a user: code + PKCE, device code, refresh across resources, on behalf of.
import {
  type AuthenticationResult,
  ConfidentialClientApplication,
  CryptoProvider,
  PublicClientApplication,
} from '@azure/msal-node';
import { decideDevice, follow } from './follow.ts';
import {
  clientId,
  clientSecret,
  customer,
  middleTier,
  partner,
  partnerCenter,
  publicClientId,
  tenant,
} from './run-client.ts';

const [, , url = '', flow = '', userName = ''] = process.argv;
const redirectUri = 'https://localhost:3000/callback';
const authority = { authority: `${url}/organizations`, knownAuthorities: [new URL(url).host] };
const confidential = new ConfidentialClientApplication({ auth: { clientId, clientSecret, ...authority } });
const open = new PublicClientApplication({ auth: { clientId: publicClientId, ...authority } });

async function byCode(scopes: string[]): Promise<AuthenticationResult> {
  const { verifier, challenge } = await new CryptoProvider().generatePkceCodes();
  const state = 'state with + and &';
  const address = await confidential.getAuthCodeUrl({
    scopes,
    redirectUri,
    state,
    codeChallenge: challenge,
    codeChallengeMethod: 'S256',
    loginHint: userName,
    responseMode: 'query',
  });
  const target = await follow(address);
  if (target.searchParams.get('state') !== state) throw new Error(`another state came back: ${target.search}`);
  return confidential.acquireTokenByCode({
    code: target.searchParams.get('code') ?? '',
    scopes,
    redirectUri,
    codeVerifier: verifier,
  });
}

const byDevice = (scopes: string[]) =>
  open.acquireTokenByDeviceCode({
    scopes,
    deviceCodeCallback: ({ userCode }) => void decideDevice(url, userCode, userName),
  });

const flows: Readonly<Record<string, () => Promise<(AuthenticationResult | null)[]>>> = {
  code: async () => [await byCode([`${partnerCenter}/user_impersonation`])],
  device: async () => [await byDevice([`${partnerCenter}/user_impersonation`])],
  refresh: async () => {
    const first = await byCode([`${partnerCenter}/user_impersonation`]);
    const { account } = first;
    if (!account) throw new Error('there is no account');
    const other = await confidential.acquireTokenSilent({ account, scopes: [`${partner}/user_impersonation`] });
    const again = await confidential.acquireTokenSilent({
      account,
      scopes: [`${partnerCenter}/user_impersonation`],
      forceRefresh: true,
    });
    const inCustomerTenant = await confidential.acquireTokenSilent({
      account,
      scopes: [`${partnerCenter}/user_impersonation`],
      authority: `${url}/${customer}`,
      forceRefresh: true,
    });
    return [first, other, again, inCustomerTenant];
  },
  onBehalfOf: async () => {
    const first = await open.acquireTokenByDeviceCode({
      scopes: [`api://${middleTier.id}/access_as_user`],
      deviceCodeCallback: ({ userCode }) => void decideDevice(url, userCode, userName),
    });
    const middle = new ConfidentialClientApplication({
      auth: { clientId: middleTier.id, clientSecret: middleTier.secret, ...authority, authority: `${url}/${tenant}` },
    });
    const second = await middle.acquireTokenOnBehalfOf({
      oboAssertion: first?.accessToken ?? '',
      scopes: [`${partnerCenter}/user_impersonation`],
    });
    return [first, second];
  },
};

const results = await flows[flow]?.();
console.log(
  JSON.stringify({
    results: results?.map((result) => ({
      accessToken: result?.accessToken,
      username: result?.account?.username,
      tenantId: result?.tenantId,
      scopes: result?.scopes,
      fromCache: result?.fromCache,
    })),
  }),
);
process.exit();
