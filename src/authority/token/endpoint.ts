import { CheckTrail } from '../../base/check-trail.ts';
import { grantOfType } from '../../protocol/grants.ts';
import type { Call, Endpoint } from '../call.ts';
import type { AuthorityContext } from '../context.ts';
import { AuthorityError } from '../error-table.ts';
import { namedTenant } from '../tenancy.ts';
import { authentications, named, namedPermissions, namedSubject, tokenChecks } from './checks.ts';
import { authenticateClient, findClient } from './client.ts';
import { authorize } from './consent.ts';
import { allowOrigin, isPreflight, preflight, requireFittingOrigin } from './cross-origin.ts';
import type { Exchange, TokenGrant } from './grant.ts';
import { tokenGrants } from './grants/index.ts';
import { issueTokens } from './issue.ts';
import { findPermissions } from './permissions.ts';
import { redeem } from './refresh-tokens.ts';
import { decodeRequest, type ReceivedRequest, requirePost } from './request.ts';
import { respond } from './respond.ts';

/** `/oauth2/token` and `/oauth2/v2.0/token`: every grant takes these steps, in this order. */
export const tokenEndpoint: Endpoint = async (shared, call) => {
  if (isPreflight(call)) return preflight(shared, call);
  const context = { ...shared, entries: shared.entries.forOneRequest() };
  const trail = new CheckTrail(tokenChecks);
  call.trail = trail;
  requirePost(call);
  const request = decodeRequest(call);
  trail.passed('request');
  const grant = findGrant(request);
  trail.passed('grant', request.parameters.grantType);
  const tenant = await findTenant(context, call, grant, request);
  trail.passed('tenant', named(tenant.displayName, tenant.id));
  const identified = { call, request, tenant, client: await findClient(context, { call, request, tenant }) };
  const { application } = identified.client;
  trail.passed('client', named(application.displayName, application.appId));
  allowOrigin(call, application);
  const client = { ...identified.client, authentication: await authenticate(context, grant, identified) };
  trail.passed('authentication', authentications[client.authentication]);
  requireAllowed(grant, application, request);
  trail.passed('allowed');
  const asked = await findPermissions(context, grant, identified);
  trail.passed('permissions', namedPermissions(asked));
  const exchange = { ...identified, client, asked };
  const proof = await grant.prove(context, exchange);
  trail.passed('proof', namedSubject(proof.subject));
  const authorization = await authorize(context, { tenant, client, subject: proof.subject }, asked);
  trail.passed('consent', [...authorization.scopes, ...authorization.roles].join(' ') || 'no permission');
  const refreshToken = await redeem(context, exchange, proof);
  trail.passed('redemption');
  const issue = { call, request, authorization, asked, nonce: proof.nonce };
  const tokens = await issueTokens(context, issue);
  trail.passed('issuance');
  return respond(issue, { ...tokens, refreshToken });
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

/** A page redeems without a secret, even where the application has one for its server; nobody else may come from a page. */
async function authenticate(context: AuthorityContext, grant: TokenGrant, exchange: Exchange) {
  const { call, request, client } = exchange;
  const platform = await grant.platformOf?.(context, exchange);
  requireFittingOrigin(call, client.application, platform);
  const showsCredential = request.clientSecret || request.clientAssertion;
  if (platform === 'spa' && !showsCredential) return 'none';
  return authenticateClient(context, grant, exchange);
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
