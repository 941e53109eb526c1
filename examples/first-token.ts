// The first partner token, against a sandbox: start one with `partner-auth serve sandbox`, then `node first-token.ts`.
// For the real service leave `environment` out and read the secret from where you keep it.
import { AuthError, newPartnerAccessToken } from 'partner-auth';

const applicationId = '00001111-aaaa-2222-bbbb-3333cccc4444';

try {
  const { accessToken, expiresOn } = await newPartnerAccessToken({
    servicePrincipal: true,
    applicationId,
    credential: { userName: applicationId, password: process.env.CLIENT_SECRET ?? 'TestClientAppSecret23456' },
    tenant: 'contoso.com',
    scopes: 'https://api.partnercenter.microsoft.com/.default',
    environment: 'Sandbox',
  });
  console.log(`A token of ${accessToken.length} characters, until ${expiresOn.toISOString()}`);
} catch (error) {
  if (!(error instanceof AuthError)) throw error;
  console.error(`${error.code}: ${error.message}\n${error.hint ?? ''}`);
  process.exitCode = 1;
}
