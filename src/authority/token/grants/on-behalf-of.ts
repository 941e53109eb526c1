import { isPublicClient } from '../../../domain/index.ts';
import type { Call } from '../../call.ts';
import type { AuthorityContext } from '../../context.ts';
import { AuthorityError } from '../../error-table.ts';
import { userOfSignIn } from '../../standing.ts';
import type { AuthenticatedExchange, TokenGrant } from '../grant.ts';
import { requiredSecret } from '../presented.ts';
import type { ReceivedRequest } from '../request.ts';
import { readUserAssertion, type UserAssertion } from '../user-assertion.ts';

/** An API that was called by a user calls the next one as that user (Microsoft: OAuth 2.0 On-Behalf-Of flow). */
export const onBehalfOfGrant: TokenGrant = {
  actsFor: 'user',

  tenantOfAlias: async (context, call, request) => {
    const { bearer } = await presentedAssertion(context, call, request);
    const tenant = await context.directory.tenantById(bearer.tenantId);
    if (!tenant) throw new AuthorityError('unknownTenant', { tenant: bearer.tenantId });
    return tenant;
  },

  isAllowedFor: (application) => !isPublicClient(application),

  prove: async (context, exchange) => {
    const { call, request, client } = exchange;
    // A token alone proves nothing about who hands it over.
    if (client.authentication === 'none') throw new AuthorityError('credentialRequired');
    const assertion = await presentedAssertion(context, call, request);
    await requireForClient(context, exchange, assertion);
    return { subject: await userOfSignIn(context, assertion.signIn, exchange) };
  },
};

function presentedAssertion(context: AuthorityContext, call: Call, request: ReceivedRequest): Promise<UserAssertion> {
  const { assertion, requestedTokenUse } = request.parameters;
  const token = requiredSecret(assertion, 'assertion');
  if (!requestedTokenUse) throw new AuthorityError('missingParameter', { parameter: 'requested_token_use' });
  if (requestedTokenUse !== 'on_behalf_of') {
    throw new AuthorityError('invalidRequest', { reason: 'requested_token_use is not on_behalf_of.' });
  }
  return readUserAssertion(context, call, { token, clientId: request.clientId });
}

/** The assertion's audience is the API that presents it, by any of its names, in the tenant it was issued in. */
async function requireForClient(
  { directory }: AuthorityContext,
  { tenant, client }: AuthenticatedExchange,
  { bearer }: UserAssertion,
): Promise<void> {
  const { appId } = client.application;
  if (bearer.tenantId !== tenant.id) {
    throw new AuthorityError('assertionInvalid', { reason: 'The token was issued for another tenant.' });
  }
  const audience = await directory.resource(tenant.id, bearer.audience);
  if (audience?.application.appId !== appId) {
    throw new AuthorityError('assertionForOtherAudience', { audience: bearer.audience, application: appId });
  }
}
