import { addSeconds } from '../../../base/clock.ts';
import { oncePer } from '../../../base/remember.ts';
import {
  entryKey,
  type RefreshFamily,
  type RefreshToken,
  refreshIdleSeconds,
  singlePageRefreshSeconds,
} from '../../../domain/index.ts';
import type { AuthorityContext } from '../../context.ts';
import { AuthorityError } from '../../error-table.ts';
import { homeTenant, userOfSignIn } from '../../standing.ts';
import type { TokenGrant } from '../grant.ts';
import { requiredSecret, requireSameClient, unknownGrant } from '../presented.ts';
import { requireUnrevoked, succeed } from '../refresh-tokens.ts';
import type { ReceivedRequest } from '../request.ts';

/**
 * RFC 6749 section 6, as Entra widens it: a refresh token is bound to its client and its user, and opens every resource
 * and every tenant that the two may enter.
 */
export const refreshTokenGrant: TokenGrant = {
  actsFor: 'user',

  tenantOfAlias: async (context, call, request, alias) => {
    const { family } = await presentedToken(context, request);
    return homeTenant(context, call, { alias, signIn: family.signIn, clientId: request.clientId });
  },

  isAllowedFor: () => true,

  platformOf: async (context, { request }) => (await presentedToken(context, request)).family.platform,

  recorded: async (context, { request }) => (await presentedToken(context, request)).family.asked,

  prove: async (context, exchange) => {
    const { token, family, text } = await presentedToken(context, exchange.request);
    requireUnrevoked(family, token);
    requireAlive(family, token, exchange.call.now);
    return {
      subject: await userOfSignIn(context, family.signIn, exchange),
      succeed: () => succeed(context, text, token),
    };
  },
};

const textOf = ({ parameters }: ReceivedRequest): string => requiredSecret(parameters.refreshToken, 'refresh_token');
const keyOf = oncePer((request: ReceivedRequest) => entryKey(textOf(request)));

async function presentedToken({ entries }: AuthorityContext, request: ReceivedRequest) {
  const text = textOf(request);
  const token = await entries.find('refreshToken', keyOf(request));
  const family = token && (await entries.find('refreshFamily', token.familyId));
  if (!token || !family) throw unknownGrant(text);
  requireSameClient(request, family);
  return { token, family, text };
}

function requireAlive({ platform, beganAt }: RefreshFamily, { issuedAt }: RefreshToken, now: Date): void {
  const values = { issuedAt: issuedAt.toISOString() };
  if (platform === 'spa' && addSeconds(beganAt, singlePageRefreshSeconds) <= now) {
    throw new AuthorityError('spaRefreshTokenExpired', values);
  }
  if (addSeconds(issuedAt, refreshIdleSeconds) <= now) throw new AuthorityError('refreshTokenInactive', values);
}
