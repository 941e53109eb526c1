// openid-client: a code and its refresh without any scope, and a device.
import * as client from 'openid-client';
import { clientId, clientSecret, partner, tenant } from './run-client.ts';

const [, , url = '', callback = '', pkceCodeVerifier = '', expectedNonce = '', deviceClient = ''] = process.argv;
const issuer = new URL(`${url}/${tenant}/v2.0`);
const configuration = await client.discovery(issuer, clientId, clientSecret);
const signedIn = await client.authorizationCodeGrant(configuration, new URL(callback), {
  pkceCodeVerifier,
  expectedNonce,
});
const refreshed = await client.refreshTokenGrant(configuration, signedIn.refresh_token ?? '');
const device = await client.discovery(issuer, deviceClient, undefined, client.None());
const started = await client.initiateDeviceAuthorization(device, { scope: `openid ${partner}/.default` });
const onDevice = await client.pollDeviceAuthorizationGrant(device, started);
console.log(
  JSON.stringify({
    nonce: signedIn.claims()?.nonce,
    tokens: [signedIn, refreshed, onDevice].map((tokens) => tokens.access_token),
    subjects: [signedIn, refreshed].map((tokens) => tokens.claims()?.sub),
    rotated: signedIn.refresh_token !== refreshed.refresh_token,
  }),
);
