// @azure/identity's ClientCertificateCredential, and ClientAssertionCredential with a token of another identity provider.
import { ClientAssertionCredential, ClientCertificateCredential } from '@azure/identity';
import { clientId, partnerCenter, tenant } from './run-client.ts';

const [, , authorityHost = '', way = '', given = '', application = clientId] = process.argv;
const options = { authorityHost, disableInstanceDiscovery: true };
const credential =
  way === 'certificate'
    ? new ClientCertificateCredential(tenant, application, given, { ...options, sendCertificateChain: true })
    : new ClientAssertionCredential(tenant, application, async () => given, options);
const outcome = await credential.getToken(`${partnerCenter}/.default`).then(
  ({ token }) => ({ accessToken: token }),
  (error) => ({ message: String(error.message) }),
);
console.log(JSON.stringify(outcome));
