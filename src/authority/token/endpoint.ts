import { grantOfType } from '../../protocol/grants.ts';
import type { Call, Endpoint } from '../call.ts';
import type { AuthorityContext } from '../context.ts';
import { AuthorityError } from '../error-table.ts';
import { namedTenant } from '../tenancy.ts';
import { authenticateClient, findClient } from './client.ts';
import { authorize } from './consent.ts';
import type { TokenGrant } from './grant.ts';
import { tokenGrants } from './grants/index.ts';
import { issueTokens } from './issue.ts';
import { findPermissions } from './permissions.ts';
import { decodeRequest, type ReceivedRequest, requirePost } from './request.ts';
import { respond } from './respond.ts';

/** `/oauth2/token` and `/oauth2/v2.0/token`: every grant takes these steps, in this order. */
export const tokenEndpoint: Endpoint = async (context, call) => {
  requirePost(call);
  const request = decodeRequest(call);
  const grant = findGrant(request);
  const tenant = await findTenant(context, call, grant, request);
  const identified = await findClient(context, { call, request, tenant });
  const authentication = await authenticateClient(context, grant, { call, request, tenant, client: identified });
  const client = { ...identified, authentication };
  requireAllowed(grant, client.application, request);
  const exchange = { call, request, tenant, client };
  const asked = await findPermissions(context, grant, exchange);
  const subject = await grant.findSubject(context, { ...exchange, asked });
  const authorization = await authorize(context, { tenant, client, subject }, asked);
  const tokens = await issueTokens(context, { call, request, authorization, asked });
  return respond(call, authorization, asked, tokens);
};

function findGrant({ parameters: { grantType } }: ReceivedRequest): TokenGrant {
  if (!grantType) throw new AuthorityError('missingParameter', { parameter: 'grant_type' });
  const name = grantOfType(grantType);
  const grant = name && tokenGrants[name];
  if (!grant) throw new AuthorityError('unsupportedGrant', { grantType });
  return grant;
}

async function findTenant(context: AuthorityContext, call: Call, grant: TokenGrant, request: ReceivedRequest) {
  const named = await namedTenant(context, call.tenant);
  return 'tenant' in named ? named.tenant : grant.tenantOfAlias(context, call, request, named.alias);
}

function requireAllowed(
  grant: TokenGrant,
  application: Parameters<TokenGrant['isAllowedFor']>[0],
  request: ReceivedRequest,
) {
  if (grant.isAllowedFor(application)) return;
  const { grantType = '' } = request.parameters;
  throw new AuthorityError('grantNotAllowed', { application: application.appId, grantType });
}
