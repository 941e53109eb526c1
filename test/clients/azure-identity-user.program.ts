// @azure/identity with a user: DeviceCode, UsernamePassword and OnBehalfOf credentials.
import {
  type AccessToken,
  DeviceCodeCredential,
  OnBehalfOfCredential,
  UsernamePasswordCredential,
} from '@azure/identity';
import { decideDevice } from './follow.ts';
import { middleTier, partnerCenter, publicClientId, tenant } from './run-client.ts';

const [, , url = '', flow = '', userName = '', password = ''] = process.argv;
const options = { authorityHost: url, disableInstanceDiscovery: true };
const scope = `${partnerCenter}/.default`;
const device = new DeviceCodeCredential({
  ...options,
  tenantId: tenant,
  clientId: publicClientId,
  userPromptCallback: ({ userCode }) => void decideDevice(url, userCode, userName),
});

const flows: Readonly<Record<string, () => Promise<AccessToken | null>>> = {
  device: () => device.getToken(scope),
  password: () => new UsernamePasswordCredential(tenant, publicClientId, userName, password, options).getToken(scope),
  onBehalfOf: async () => {
    const { token } = await device.getToken(`api://${middleTier.id}/.default`);
    const credential = new OnBehalfOfCredential({
      ...options,
      tenantId: tenant,
      clientId: middleTier.id,
      clientSecret: middleTier.secret,
      userAssertionToken: token,
    });
    return credential.getToken(scope);
  },
};
const token = await flows[flow]?.();
console.log(JSON.stringify({ accessToken: token?.token, tokenType: token?.tokenType }));
process.exit();
