/** Where our client looks, as Entra has it: whoever else is to answer there is set up for these places. */
export const places = {
  metadata: '/v2.0/.well-known/openid-configuration',
  token: '/oauth2/v2.0/token',
  authorize: '/oauth2/v2.0/authorize',
  deviceCode: '/oauth2/v2.0/devicecode',
  keys: '/discovery/v2.0/keys',
} as const;

/** What is asked for in these tests, and by whom. */
export const tenant = 'aaaabbbb-0000-cccc-1111-dddd2222eeee';
export const confidentialClient = '00001111-aaaa-2222-bbbb-3333cccc4444';
export const publicClient = '11112222-bbbb-3333-cccc-4444dddd5555';
export const clientSecret = 'TestClientAppSecret23456';
export const resource = 'https://api.partnercenter.microsoft.com';
export const userScope = `${resource}/user_impersonation`;
export const applicationScope = `${resource}/.default`;
