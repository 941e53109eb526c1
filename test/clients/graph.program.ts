// Who has signed in, asked of Microsoft Graph at its own address: by Graph's client and by Azure's pipeline, each handed
// PartnerCredential. Neither knows of a sandbox.
import {
  bearerTokenAuthenticationPolicy,
  createDefaultHttpClient,
  createPipelineFromOptions,
  createPipelineRequest,
} from '@azure/core-rest-pipeline';
import { Client } from '@microsoft/microsoft-graph-client';
import { TokenCredentialAuthenticationProvider } from '@microsoft/microsoft-graph-client/authProviders/azureTokenCredentials/index.js';
import { PartnerClient } from '../../src/index.ts';
import { clientId, clientSecret, tenant } from './run-client.ts';

const scopes = ['https://graph.microsoft.com/User.Read'];
const credential = new PartnerClient({
  applicationId: clientId,
  credential: { password: clientSecret },
  tenant,
  username: 'john.doe@contoso.com',
  password: 'PCTestPassword@123',
}).credential();

const authProvider = new TokenCredentialAuthenticationProvider(credential, { scopes });
const graph = Client.initWithMiddleware({ authProvider });
const me = await graph.api('/me').get();
const refused = await graph
  .api('/users')
  .get()
  .catch((error: { statusCode: number; code: string }) => [error.statusCode, error.code]);

const pipeline = createPipelineFromOptions({});
pipeline.addPolicy(bearerTokenAuthenticationPolicy({ credential, scopes }), { afterPhase: 'Sign' });
const request = createPipelineRequest({ url: 'https://graph.microsoft.com/v1.0/organization' });
const { bodyAsText } = await pipeline.sendRequest(createDefaultHttpClient(), request);

const [organization] = JSON.parse(bodyAsText ?? '').value;
console.log(JSON.stringify({ me: me.userPrincipalName, refused, organization: organization.id }));
