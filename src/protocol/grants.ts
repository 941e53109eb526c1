/** The grant types of both token endpoints. msal-node spells the device grant the way v1 did, so both names count. */
export const grantTypes = {
  clientCredentials: ['client_credentials'],
  password: ['password'],
  authorizationCode: ['authorization_code'],
  refreshToken: ['refresh_token'],
  deviceCode: ['urn:ietf:params:oauth:grant-type:device_code', 'device_code'],
  onBehalfOf: ['urn:ietf:params:oauth:grant-type:jwt-bearer'],
} as const;

export type Grant = keyof typeof grantTypes;

const grantByType: ReadonlyMap<string, Grant> = new Map(
  (Object.keys(grantTypes) as Grant[]).flatMap((grant) => grantTypes[grant].map((type) => [type, grant] as const)),
);

export const grantOfType = (grantType: string): Grant | undefined => grantByType.get(grantType);
