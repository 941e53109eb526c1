// The well-known peer: oidc-provider issuing a signed JWT for client credentials. It verifies no bearer and keeps its
// state in memory, so it does less than the exchange.
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
// @ts-expect-error: the package ships no types
import Provider from 'oidc-provider';
import { publicJwkOf } from '../../src/jwt/index.ts';
import { type Material, privateKeyOf, serveFigures } from './material.ts';

const material: Material = JSON.parse(process.argv[2] ?? '');
const privateKey = privateKeyOf(material);
const jwk = {
  ...publicJwkOf(privateKey),
  ...privateKey.export({ format: 'jwk' }),
  kid: 'signing',
  alg: 'RS256',
  use: 'sig',
};

const provider = new Provider('http://127.0.0.1', {
  clients: [
    {
      client_id: 'client',
      client_secret: 'secret',
      grant_types: ['client_credentials'],
      redirect_uris: [],
      response_types: [],
      token_endpoint_auth_method: 'client_secret_post',
    },
  ],
  jwks: { keys: [jwk] },
  features: {
    clientCredentials: { enabled: true },
    devInteractions: { enabled: false },
    resourceIndicators: {
      enabled: true,
      defaultResource: () => 'https://api.partnercenter.microsoft.com',
      getResourceServerInfo: () => ({
        scope: '',
        audience: 'https://api.partnercenter.microsoft.com',
        accessTokenFormat: 'jwt',
      }),
    },
  },
});
const server = createServer(provider.callback());
server.listen(0, '127.0.0.1', () => serveFigures((server.address() as AddressInfo).port));
