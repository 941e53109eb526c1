// openid-client's private_key_jwt with the thumbprint that Entra wants in the header.
import { subtle } from 'node:crypto';
import { readFileSync } from 'node:fs';
import * as client from 'openid-client';
import { testCertificateIn } from '../support/client-assertion.ts';
import { clientId, partnerCenter, tenant } from './run-client.ts';

const [, , url = '', algorithm = '', pemFile = ''] = process.argv;
const certificate = testCertificateIn(readFileSync(pemFile, 'utf8'));
const key = await subtle.importKey(
  'pkcs8',
  certificate.privateKey.export({ type: 'pkcs8', format: 'der' }),
  { name: algorithm === 'PS256' ? 'RSA-PSS' : 'RSASSA-PKCS1-v1_5', hash: 'SHA-256' },
  false,
  ['sign'],
);
const authentication = client.PrivateKeyJwt(key, {
  [client.modifyAssertion]: (header) => {
    header['x5t#S256'] = certificate.sha256;
  },
});
const configuration = await client.discovery(new URL(`${url}/${tenant}/v2.0`), clientId, undefined, authentication);
const tokens = await client.clientCredentialsGrant(configuration, { scope: `${partnerCenter}/.default` });
console.log(JSON.stringify({ accessToken: tokens.access_token }));
