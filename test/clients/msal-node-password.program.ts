// @azure/msal-node's UsernamePassword: a user without MFA, and one who needs it.
import { ConfidentialClientApplication, InteractionRequiredAuthError } from '@azure/msal-node';
import { clientId, clientSecret, partner } from './run-client.ts';

const [, , url = '', username = '', password = ''] = process.argv;
const application = new ConfidentialClientApplication({
  auth: { clientId, clientSecret, authority: `${url}/organizations`, knownAuthorities: [new URL(url).host] },
});

const outcome = await application
  .acquireTokenByUsernamePassword({ scopes: [`${partner}/user_impersonation`], username, password })
  .then(
    (result) => ({
      accessToken: result?.accessToken,
      username: result?.account?.username,
      tenantId: result?.tenantId,
      scopes: result?.scopes,
    }),
    (error) => ({
      interactionRequired: error instanceof InteractionRequiredAuthError,
      errorCode: error.errorCode,
      errorMessage: error.errorMessage,
    }),
  );
console.log(JSON.stringify(outcome));
