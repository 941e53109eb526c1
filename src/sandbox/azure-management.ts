import type { Random } from '../base/random.ts';
import type { Tenant } from '../domain/index.ts';
import type { HttpReply, HttpRequest } from '../http/message.ts';
import { type Face, routedFace } from '../http/router.ts';
import { resourceApplicationIds } from '../protocol/resources.ts';
import { type ApiBearer, type BearerContext, type BearerRefusal, bearerFor } from './bearer.ts';
import { derivedId } from './derived-id.ts';

export interface AzureManagementContext extends BearerContext {
  readonly random: Random;
}

/**
 * Azure Resource Manager, as much of it as signing in asks for: the tenants and the subscriptions of whoever asks. A
 * token of a tenant here sees that tenant, and one subscription in it, whatever its roles.
 */
export const createAzureManagement = (context: AzureManagementContext): Face =>
  routedFace(
    [
      ['/subscriptions', (request) => listed(context, request, subscriptionOf)],
      ['/tenants', (request) => listed(context, request, tenantOf)],
    ],
    async (request) =>
      answer(
        context,
        404,
        error('NotFound', `The sandbox has nothing at ${request.path}: only /tenants and /subscriptions.`),
      ),
  );

async function listed(
  context: AzureManagementContext,
  request: HttpRequest,
  itemOf: (tenant: Tenant) => object,
): Promise<HttpReply> {
  const refusal = refusalOf(request);
  if (refusal) return answer(context, ...refusal);
  const bearer = await bearerFor(context, request, resourceApplicationIds.arm);
  if (typeof bearer === 'string') return unauthorized(context, bearer);
  const items = (await tenantsOf(context, bearer)).map(itemOf);
  return answer(context, 200, { value: items, count: { type: 'Total', value: items.length } });
}

const tenantsOf = async ({ directory }: AzureManagementContext, bearer: ApiBearer): Promise<readonly Tenant[]> => {
  const tenant = await directory.tenantById(bearer.tenantId);
  return tenant ? [tenant] : [];
};

function refusalOf({ method, query }: HttpRequest): readonly [status: number, body: object] | undefined {
  if (method !== 'GET') return [405, error('MethodNotAllowed', `The method ${method} is not allowed here. Use GET.`)];
  if (new URLSearchParams(query).get('api-version')) return undefined;
  const message = 'The api-version query parameter (?api-version=) is required for all requests.';
  return [400, error('MissingApiVersionParameter', message)];
}

/** Members: `Subscriptions - List`, 2019-11-01 to 2022-12-01. */
const subscriptionOf = ({ id, displayName }: Tenant): object => {
  const subscriptionId = derivedId('subscription', id);
  return {
    id: `/subscriptions/${subscriptionId}`,
    authorizationSource: 'RoleBased',
    managedByTenants: [],
    subscriptionId,
    tenantId: id,
    displayName: `${displayName} (sandbox)`,
    state: 'Enabled',
    subscriptionPolicies: {
      locationPlacementId: 'Public_2014-09-01',
      quotaId: 'Sponsored_2016-01-01',
      spendingLimit: 'Off',
    },
  };
};

/** Members: `Tenants - List`, 2019-11-01 to 2022-12-01. */
const tenantOf = ({ id, displayName, verifiedDomains }: Tenant): object => ({
  id: `/tenants/${id}`,
  tenantId: id,
  countryCode: 'US',
  displayName,
  domains: verifiedDomains,
  tenantCategory: 'Home',
  defaultDomain: verifiedDomains[0],
  tenantType: 'AAD',
});

const refusals: Readonly<Record<BearerRefusal, readonly [code: string, message: string]>> = {
  missing: ['AuthenticationFailed', "Authentication failed. The 'Authorization' header is missing."],
  untrusted: ['InvalidAuthenticationToken', 'The access token is invalid.'],
  otherAudience: [
    'InvalidAuthenticationTokenAudience',
    "The access token has been obtained for wrong audience or resource. It should exactly match with one of the allowed audiences 'https://management.core.windows.net/','https://management.core.windows.net','https://management.azure.com/','https://management.azure.com'.",
  ],
};

function unauthorized(context: AzureManagementContext, refusal: BearerRefusal): HttpReply {
  const [code, message] = refusals[refusal];
  const reply = answer(context, 401, error(code, message));
  const challenge = `Bearer authorization_uri="https://login.windows.net/", error="invalid_token", error_description="${message}"`;
  return { ...reply, headers: [...reply.headers, ['WWW-Authenticate', challenge]] };
}

const error = (code: string, message: string): object => ({ error: { code, message } });

const answer = ({ random }: AzureManagementContext, status: number, body: object): HttpReply => ({
  status,
  headers: [
    ['Content-Type', 'application/json; charset=utf-8'],
    ['Cache-Control', 'no-store'],
    ['x-ms-request-id', random.guid()],
  ],
  body: JSON.stringify(body),
});
