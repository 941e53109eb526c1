import { environments } from './environments.ts';

type Challenge = readonly [readonly ['WWW-Authenticate', string]];

const realm = `Bearer realm="${environments.AzureCloud.partnerCenter}"`;

/** What a 401 of Partner Center's APIs says to a request without a bearer (RFC 6750 section 3). */
export const bearerChallenge: Challenge = [['WWW-Authenticate', realm]];

/** What it says where the bearer is refused. */
export const invalidTokenChallenge: Challenge = [['WWW-Authenticate', `${realm}, error="invalid_token"`]];
