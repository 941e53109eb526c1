// A Partner Center token by Generate access token, from a long-lived client that keeps the Entra token it needs.
import { PartnerClient } from 'partner-auth';

const client = new PartnerClient({
  applicationId: '00001111-aaaa-2222-bbbb-3333cccc4444',
  credential: { password: process.env.CLIENT_SECRET ?? 'TestClientAppSecret23456' },
  tenant: 'contoso.com',
  environment: 'Sandbox',
  onWarning: (warning: string) => console.error(warning),
});

// The same id gets the same token, also after a failure in between: keep it with the work it belongs to.
const requestId = crypto.randomUUID();
const first = await client.generateAccessToken({ requestId });
const again = await client.generateAccessToken({ requestId });

console.log(`ms-requestid ${first.requestId}: until ${first.expiresOn.toISOString()}`);
console.log(`the same again: ${again.accessToken === first.accessToken}, replayed: ${again.replayed}`);
