// openid-client: discovery, then the client credentials grant, authenticated as the argument says.
import * as client from 'openid-client';
import { clientId, clientSecret, partnerCenter, tenant } from './run-client.ts';

const [, , url = '', method = 'post'] = process.argv;
const authentication =
  method === 'basic' ? client.ClientSecretBasic(clientSecret) : client.ClientSecretPost(clientSecret);
const configuration = await client.discovery(new URL(`${url}/${tenant}/v2.0`), clientId, undefined, authentication);
const tokens = await client.clientCredentialsGrant(configuration, { scope: `${partnerCenter}/.default` });
console.log(
  JSON.stringify({
    accessToken: tokens.access_token,
    tokenType: tokens.token_type,
    expiresIn: tokens.expiresIn(),
    issuer: configuration.serverMetadata().issuer,
    fields: Object.keys(tokens),
  }),
);
