// @azure/msal-node with a certificate, named by either thumbprint, or with an assertion made by the caller.
import { readFileSync } from 'node:fs';
import { ConfidentialClientApplication } from '@azure/msal-node';
import { certificateAssertion, testCertificateIn } from '../support/client-assertion.ts';
import { clientId, partnerCenter, tenant } from './run-client.ts';

const [, , url = '', way = '', pemFile = ''] = process.argv;
const certificate = testCertificateIn(readFileSync(pemFile, 'utf8'));
const privateKey = certificate.privateKeyPem;
const hex = (thumbprint: string) => Buffer.from(thumbprint, 'base64url').toString('hex');

/** MSAL says which token endpoint the assertion is for. */
const clientAssertion = async (asked: { clientId: string; tokenEndpoint?: string }) =>
  certificateAssertion({ certificate, clientId: asked.clientId, audience: asked.tokenEndpoint ?? '', now: new Date() });
const credentials = {
  thumbprintSha256: { clientCertificate: { privateKey, thumbprintSha256: hex(certificate.sha256) } },
  thumbprint: { clientCertificate: { privateKey, thumbprint: hex(certificate.sha1) } },
  clientAssertion: { clientAssertion },
};
const application = new ConfidentialClientApplication({
  auth: {
    clientId,
    authority: `${url}/${tenant}`,
    knownAuthorities: [new URL(url).host],
    ...credentials[way as keyof typeof credentials],
  },
});
const request = { scopes: [`${partnerCenter}/.default`], skipCache: true };
const first = await application.acquireTokenByClientCredential(request);
const second = await application.acquireTokenByClientCredential(request);
console.log(JSON.stringify({ accessToken: first?.accessToken, another: second?.accessToken !== first?.accessToken }));
