// The clients of the authority benchmark, known to the load and to the servers it asks.
import { createHash } from 'node:crypto';

export const redirectUri = 'https://localhost:3000/callback';
export const codeVerifier = 'the-verifier-of-this-benchmark-is-no-secret-0123456789';
export const codeChallenge = createHash('sha256').update(codeVerifier).digest('base64url');

/** More than a core redeems in a round. */
export const codesPerRound = 8000;
export const refreshTokens = 64;

export const peer = { client_id: 'client', client_secret: 'secret' };

const resource = 'https://api.partnercenter.microsoft.com';

/** The sample application and user of the sandbox's fixed data. */
export const sandbox = {
  tokenPath: '/aaaabbbb-0000-cccc-1111-dddd2222eeee/oauth2/v2.0/token',
  client: { client_id: '00001111-aaaa-2222-bbbb-3333cccc4444', client_secret: 'TestClientAppSecret23456' },
  defaultScope: `${resource}/.default`,
  userScope: `openid offline_access ${resource}/user_impersonation`,
  userName: 'john.doe@contoso.com',
  password: 'PCTestPassword@123',
  /** So many more users, all with that password. */
  signingIn: 50,
  nameOf: (index: number) => `user${index}@contoso.com`,
};
