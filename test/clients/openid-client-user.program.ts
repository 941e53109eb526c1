// openid-client with a user: discovery, code + PKCE with nonce, refresh, device code. It verifies ID tokens' claims.
import * as client from 'openid-client';
import { decideDevice, follow } from './follow.ts';
import { clientId, clientSecret, partnerCenter, publicClientId, tenant } from './run-client.ts';

const [, , url = '', flow = '', userName = ''] = process.argv;
const server = new URL(`${url}/${tenant}/v2.0`);
const scope = `openid profile offline_access ${partnerCenter}/user_impersonation`;

async function byCode() {
  const configuration = await client.discovery(server, clientId, undefined, client.ClientSecretPost(clientSecret));
  const codeVerifier = client.randomPKCECodeVerifier();
  const [state, nonce] = [client.randomState(), client.randomNonce()];
  const address = client.buildAuthorizationUrl(configuration, {
    redirect_uri: 'https://localhost:3000/callback',
    scope,
    state,
    nonce,
    login_hint: userName,
    code_challenge: await client.calculatePKCECodeChallenge(codeVerifier),
    code_challenge_method: 'S256',
  });
  const tokens = await client.authorizationCodeGrant(configuration, await follow(address.href), {
    pkceCodeVerifier: codeVerifier,
    expectedState: state,
    expectedNonce: nonce,
    idTokenExpected: true,
  });
  return { configuration, tokens };
}

async function byDevice() {
  const configuration = await client.discovery(server, publicClientId, undefined, client.None());
  const device = await client.initiateDeviceAuthorization(configuration, { scope });
  await decideDevice(url, device.user_code, userName);
  return { configuration, tokens: await client.pollDeviceAuthorizationGrant(configuration, device) };
}

const { configuration, tokens } = flow === 'device' ? await byDevice() : await byCode();
const refreshed = await client.refreshTokenGrant(configuration, tokens.refresh_token ?? '');
console.log(
  JSON.stringify({
    accessToken: tokens.access_token,
    name: tokens.claims()?.preferred_username,
    refreshedAccessToken: refreshed.access_token,
    refreshTokens: [typeof tokens.refresh_token, typeof refreshed.refresh_token],
    another: refreshed.access_token !== tokens.access_token,
  }),
);
