// Ways to hold one application's tokens of many tenants: ours, the peers', and the least that could do.

import { createHttpHeaders, type HttpClient } from '@azure/core-rest-pipeline';
import { ClientSecretCredential } from '@azure/identity';
import { ConfidentialClientApplication, type INetworkModule } from '@azure/msal-node';
import { PartnerClient } from '../../src/index.ts';
import { answerTo, applicationId, authority, clientSecret, scope, tokenAnswer } from './answers.ts';

export type Ask = (tenant: string) => Promise<unknown>;

/** Obtains a token for each tenant and hands out how the kept ones are asked for. */
export type Fill = (tenants: readonly string[]) => Promise<Ask>;

export const tokenHolders = {
  map: async (tenants) => {
    const tokens = new Map(tenants.map((tenant) => [tenant, mapped(tenant)]));
    return async (tenant) => {
      const token = tokens.get(tenant);
      if (token === undefined || Date.now() >= token.freshUntil) throw new Error('no token');
      return token;
    };
  },

  partnerClient: async (tenants) => {
    const client = new PartnerClient({
      applicationId,
      credential: { password: clientSecret },
      tenant: 'organizations.example',
      fetch: async (input, init) => Response.json(answerTo(init?.method ?? 'GET', String(input))),
    });
    return filled(tenants, (tenant) => client.acquireToken({ tenant, resource: 'graph' }));
  },

  msalOneInstance: async (tenants) => {
    const application = msalApplication('organizations');
    return filled(tenants, (tenant) =>
      application.acquireTokenByClientCredential({ scopes: [scope], authority: `${authority}/${tenant}` }),
    );
  },

  msalInstanceEach: async (tenants) => {
    const applications = new Map(tenants.map((tenant) => [tenant, msalApplication(tenant)]));
    return filled(tenants, async (tenant) =>
      applications.get(tenant)?.acquireTokenByClientCredential({ scopes: [scope] }),
    );
  },

  identityOneCredential: async (tenants) => {
    const credential = identityCredential('organizations');
    return filled(tenants, (tenant) => credential.getToken(scope, { tenantId: tenant }));
  },

  identityCredentialEach: async (tenants) => {
    const credentials = new Map(tenants.map((tenant) => [tenant, identityCredential(tenant)]));
    return filled(tenants, async (tenant) => credentials.get(tenant)?.getToken(scope));
  },
} as const satisfies Readonly<Record<string, Fill>>;

const mapped = (tenant: string) => ({
  ...tokenAnswer(`${authority}/${tenant}/`),
  freshUntil: Date.now() + 86_000_000,
});

async function filled(tenants: readonly string[], ask: Ask): Promise<Ask> {
  for (const tenant of tenants) await ask(tenant);
  return ask;
}

const inProcess: INetworkModule = {
  sendGetRequestAsync: async (url) => ({ status: 200, headers: {}, body: answerTo('GET', url) as never }),
  sendPostRequestAsync: async (url) => ({ status: 200, headers: {}, body: answerTo('POST', url) as never }),
};

const msalApplication = (tenant: string) =>
  new ConfidentialClientApplication({
    auth: { clientId: applicationId, clientSecret, authority: `${authority}/${tenant}` },
    system: { networkClient: inProcess },
  });

const inProcessHttp: HttpClient = {
  sendRequest: async (request) => ({
    request,
    status: 200,
    headers: createHttpHeaders({ 'content-type': 'application/json' }),
    bodyAsText: JSON.stringify(answerTo(request.method, request.url)),
  }),
};

const identityCredential = (tenant: string) =>
  new ClientSecretCredential(tenant, applicationId, clientSecret, {
    httpClient: inProcessHttp,
    additionallyAllowedTenants: ['*'],
  });
