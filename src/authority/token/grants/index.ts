import type { Grant } from '../../../protocol/grants.ts';
import type { TokenGrant } from '../grant.ts';
import { authorizationCodeGrant } from './authorization-code.ts';
import { clientCredentialsGrant } from './client-credentials.ts';
import { deviceCodeGrant } from './device-code.ts';
import { onBehalfOfGrant } from './on-behalf-of.ts';
import { passwordGrant } from './password.ts';
import { refreshTokenGrant } from './refresh-token.ts';

/** Every grant of the wire. */
export const tokenGrants: Readonly<Record<Grant, TokenGrant>> = {
  clientCredentials: clientCredentialsGrant,
  password: passwordGrant,
  authorizationCode: authorizationCodeGrant,
  refreshToken: refreshTokenGrant,
  deviceCode: deviceCodeGrant,
  onBehalfOf: onBehalfOfGrant,
};
