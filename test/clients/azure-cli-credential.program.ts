// @azure/identity's AzureCliCredential: it runs `az` and reads what that prints.
import { AzureCliCredential } from '@azure/identity';

const [, , scope = '', tenantId] = process.argv;
try {
  const credential = new AzureCliCredential(tenantId === undefined ? {} : { tenantId });
  const { token, expiresOnTimestamp, tokenType } = await credential.getToken(scope);
  console.log(JSON.stringify({ token, expiresOnTimestamp, tokenType }));
} catch (error) {
  const { name, message } = error as Error;
  console.log(JSON.stringify({ name, message }));
}
