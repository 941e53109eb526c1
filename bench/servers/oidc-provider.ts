// The well-known peer: oidc-provider issuing signed JWTs, for client credentials, refresh tokens and codes. It keeps its
// state in memory, so it does less than a server with a durable store.
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
// @ts-expect-error: the package ships no types
import Provider from 'oidc-provider';
import { publicJwkOf } from '../../src/jwt/index.ts';
import { type Material, privateKeyOf, serveFigures } from './material.ts';
import { codeChallenge, codesPerRound, peer, redirectUri, refreshTokens } from './token-clients.ts';

const material: Material & { rotates?: boolean } = JSON.parse(process.argv[2] ?? '');
const privateKey = privateKeyOf(material);
const jwk = {
  ...publicJwkOf(privateKey),
  ...privateKey.export({ format: 'jwk' }),
  kid: 'signing',
  alg: 'RS256',
  use: 'sig',
};
const resource = 'https://api.partnercenter.microsoft.com';
const scope = 'openid offline_access user_impersonation';

/** Its own adapter keeps a thousand entries and drops the rest: a Map keeps all. */
class MapAdapter {
  static readonly kept = new Map<string, Record<string, unknown>>();
  readonly #model: string;

  constructor(model: string) {
    this.#model = model;
  }

  #key = (id: string): string => `${this.#model} ${id}`;
  upsert = async (id: string, payload: Record<string, unknown>) => void MapAdapter.kept.set(this.#key(id), payload);
  find = async (id: string) => MapAdapter.kept.get(this.#key(id));
  findByUid = async () => undefined;
  findByUserCode = async () => undefined;
  destroy = async (id: string) => void MapAdapter.kept.delete(this.#key(id));
  revokeByGrantId = async () => {};
  consume = async (id: string) => {
    const payload = MapAdapter.kept.get(this.#key(id));
    if (payload) payload.consumed = Math.floor(Date.now() / 1000);
  };
}

const provider = new Provider('http://127.0.0.1', {
  adapter: MapAdapter,
  clients: [
    {
      ...peer,
      grant_types: ['client_credentials', 'authorization_code', 'refresh_token'],
      redirect_uris: [redirectUri],
      response_types: ['code'],
      token_endpoint_auth_method: 'client_secret_post',
    },
  ],
  jwks: { keys: [jwk] },
  scopes: ['openid', 'offline_access', 'user_impersonation'],
  findAccount: (_: unknown, accountId: string) => ({ accountId, claims: () => ({ sub: accountId }) }),
  rotateRefreshToken: material.rotates ?? false,
  features: {
    clientCredentials: { enabled: true },
    devInteractions: { enabled: false },
    resourceIndicators: {
      enabled: true,
      defaultResource: () => resource,
      useGrantedResource: () => true,
      getResourceServerInfo: () => ({
        scope: 'user_impersonation',
        audience: resource,
        accessTokenFormat: 'jwt',
      }),
    },
  },
});

async function granted() {
  const grant = new provider.Grant({ accountId: 'user', clientId: peer.client_id });
  grant.addOIDCScope('openid offline_access');
  grant.addResourceScope(resource, 'user_impersonation');
  const authTime = Math.floor(Date.now() / 1000);
  return {
    client: await provider.Client.find(peer.client_id),
    accountId: 'user',
    grantId: await grant.save(),
    scope,
    resource,
    authTime,
  };
}

const server = createServer(provider.callback());
server.listen(0, '127.0.0.1', () =>
  serveFigures((server.address() as AddressInfo).port, {
    codes: async () => {
      const grant = await granted();
      return Promise.all(
        Array.from({ length: codesPerRound }, () =>
          new provider.AuthorizationCode({
            ...grant,
            redirectUri,
            codeChallenge,
            codeChallengeMethod: 'S256',
          }).save(),
        ),
      );
    },
    refreshTokens: async () => {
      const grant = await granted();
      return Promise.all(
        Array.from({ length: refreshTokens }, () =>
          new provider.RefreshToken({ ...grant, gty: 'authorization_code', rotations: 0 }).save(),
        ),
      );
    },
  }),
);
