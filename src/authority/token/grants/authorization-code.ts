import { oncePer } from '../../../base/remember.ts';
import { type AuthorizationCode, entryKey } from '../../../domain/index.ts';
import { oidcScopes, scopesOf } from '../../../protocol/scopes.ts';
import { isTenantAlias } from '../../../protocol/tenants.ts';
import type { AuthorityContext } from '../../context.ts';
import { AuthorityError } from '../../error-table.ts';
import { homeTenant, userOfSignIn } from '../../standing.ts';
import { checkCodeVerifier } from '../code-verifier.ts';
import type { AuthenticatedExchange, BegunFamily, Recorded, TokenGrant } from '../grant.ts';
import { requiredSecret, requireSameClient, unknownGrant } from '../presented.ts';
import { revokeFamily } from '../refresh-tokens.ts';
import type { ReceivedRequest } from '../request.ts';

/** RFC 6749 section 4.1.3 with PKCE (RFC 7636): a code is bound to everything it was issued with, and good once. */
export const authorizationCodeGrant: TokenGrant = {
  actsFor: 'user',

  tenantOfAlias: async (context, call, request, alias) => {
    const { signIn } = await presentedCode(context, request);
    return homeTenant(context, call, { alias, signIn, clientId: request.clientId });
  },

  isAllowedFor: () => true,

  platformOf: async (context, { request }) => (await presentedCode(context, request)).platform,

  recorded: async (context, { call, request }) => recordedBy(await presentedCode(context, request), call.version),

  prove: async (context, exchange) => {
    const code = await presentedCode(context, exchange.request);
    requireSamePlace(exchange, code);
    checkCodeVerifier(context, exchange, code);
    await requireSameResource(context, exchange, code);
    if (code.redeemedAt) await refuseSecondUse(context, code);
    if (code.endsAt <= exchange.call.now) throw new AuthorityError('grantExpired');
    return {
      subject: await userOfSignIn(context, code.signIn, exchange),
      platform: code.platform,
      ...(code.nonce === undefined ? {} : { nonce: code.nonce }),
      redeem: (begun) => redeemCode(context, exchange, begun),
    };
  },
};

const codeOf = ({ parameters }: ReceivedRequest): string => requiredSecret(parameters.code, 'code');
const keyOf = oncePer((request: ReceivedRequest) => entryKey(codeOf(request)));

async function presentedCode(context: AuthorityContext, request: ReceivedRequest): Promise<AuthorizationCode> {
  const code = await context.entries.find('authorizationCode', keyOf(request));
  if (!code) throw unknownGrant(codeOf(request));
  requireSameClient(request, code);
  return code;
}

/** A sign-in asked for with `openid` ends with an ID token whatever the redemption names; v1 has one for every sign-in. */
function recordedBy({ asked }: AuthorizationCode, version: 'v1' | 'v2'): Recorded {
  const openIdScopes = scopesOf(asked.scope ?? '').filter((scope) => oidcScopes.has(scope));
  return { ...asked, openIdScopes: version === 'v1' ? ['openid', ...openIdScopes] : openIdScopes };
}

/** Where it was issued: at an alias the same alias, else the tenant, by its id or by any of its domains. */
function requireSamePlace({ call, request, tenant }: AuthenticatedExchange, code: AuthorizationCode): void {
  const { redirectUri: redirect } = request.parameters;
  const { tenantId, tenantPath } = code;
  const isSame = isTenantAlias(call.tenant)
    ? tenantPath === call.tenant
    : !isTenantAlias(tenantPath) && tenantId === tenant.id;
  if (!isSame) throw new AuthorityError('codeOfOtherTenant');
  if (!redirect) throw new AuthorityError('missingParameter', { parameter: 'redirect_uri' });
  if (redirect !== code.redirectUri) {
    throw new AuthorityError('redirectDiffers', { redirect, registered: code.redirectUri });
  }
}

/** v1 takes the resource at either endpoint, and the same one when it is given at both; v2 may name another here. */
async function requireSameResource(
  { directory }: AuthorityContext,
  { call, tenant, asked }: AuthenticatedExchange,
  code: AuthorizationCode,
): Promise<void> {
  if (call.version !== 'v1' || code.asked.resource === undefined) return;
  const recorded = await directory.resource(tenant.id, code.asked.resource);
  if (recorded?.application.appId === asked.resource.application.appId) return;
  throw new AuthorityError('invalidRequest', { reason: 'The resource is not the one the code was asked for.' });
}

async function redeemCode(
  context: AuthorityContext,
  { request, call }: AuthenticatedExchange,
  begun: BegunFamily | undefined,
): Promise<void> {
  let second: AuthorizationCode | undefined;
  const redemption = { redeemedAt: call.now, ...(begun ? { familyId: begun.familyId } : {}) };
  const redeem = (code: AuthorizationCode) => {
    second = code.redeemedAt ? code : undefined;
    return second ?? { ...code, ...redemption };
  };
  const redeemed = await context.entries.change('authorizationCode', keyOf(request), redeem, {
    added: () => begun?.added ?? [],
  });
  if (!redeemed) throw new AuthorityError('grantInvalid');
  if (second) await refuseSecondUse(context, second);
}

/** One of the two was a thief, and nobody knows which: what the first got ends too (RFC 6749 section 4.1.2). */
async function refuseSecondUse(context: AuthorityContext, { familyId }: AuthorizationCode): Promise<never> {
  if (familyId !== undefined) await revokeFamily(context, familyId);
  throw new AuthorityError('codeRedeemed');
}
