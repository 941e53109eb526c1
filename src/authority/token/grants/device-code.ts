import { addSeconds } from '../../../base/clock.ts';
import { oncePer } from '../../../base/remember.ts';
import { allowsDeviceCode, type DeviceGrant, entryKey, type SignIn } from '../../../domain/index.ts';
import { isTenantAlias } from '../../../protocol/tenants.ts';
import type { Call } from '../../call.ts';
import type { AuthorityContext } from '../../context.ts';
import { AuthorityError } from '../../error-table.ts';
import { policyOf } from '../../policy.ts';
import { homeTenant, userOfSignIn } from '../../standing.ts';
import type { BegunFamily, TokenGrant } from '../grant.ts';
import { requiredSecret, requireSameClient } from '../presented.ts';
import type { ReceivedRequest } from '../request.ts';

/** RFC 8628 section 3.4: a device asks again and again until somebody has approved its code, and then is answered once. */
export const deviceCodeGrant: TokenGrant = {
  actsFor: 'user',

  tenantOfAlias: async (context, call, request, alias) => {
    const { signIn } = await poll(context, call, request);
    return homeTenant(context, call, { alias, signIn, clientId: request.clientId });
  },

  isAllowedFor: allowsDeviceCode,

  recorded: async (context, { call, request }) => {
    const { asked } = await poll(context, call, request);
    // v1 has an ID token for every sign-in: ADAL reads the user from it.
    return { ...asked, ...(call.version === 'v1' ? { openIdScopes: ['openid'] } : {}) };
  },

  prove: async (context, exchange) => {
    const { call, request, tenant } = exchange;
    const { signIn, tenantPath } = await poll(context, call, request);
    if (tenantPath !== (isTenantAlias(call.tenant) ? call.tenant : tenant.id)) {
      throw new AuthorityError('codeOfOtherTenant');
    }
    return {
      subject: await userOfSignIn(context, signIn, exchange),
      redeem: (begun) => redeemGrant(context, keyOf(request), begun),
    };
  },
};

/** ADAL names the device code `code`, Python MSAL sends both. */
const keyOf = oncePer(({ parameters: { deviceCode, code } }: ReceivedRequest) =>
  entryKey(requiredSecret(deviceCode ?? code, 'device_code')),
);

type ApprovedGrant = DeviceGrant & { readonly signIn: SignIn };

/** The approved grant, which asking leaves as it is; for any other state, that state's error. */
async function poll(context: AuthorityContext, call: Call, request: ReceivedRequest): Promise<ApprovedGrant> {
  const grant = await context.entries.find('deviceGrant', keyOf(request));
  if (!grant) throw new AuthorityError('deviceCodeUnknown');
  requireSameClient(request, grant);
  const { signIn, state } = grant;
  if (state === 'redeemed') throw new AuthorityError('codeRedeemed');
  if (grant.endsAt <= call.now) throw new AuthorityError('deviceCodeExpired');
  if (state === 'declined') {
    throw new AuthorityError('deviceAlreadyAnswered', {}, { differing: { error: policyOf(context).deviceDeclined } });
  }
  if (state === 'pending' || !signIn) throw await pendingError(context, call, keyOf(request));
  return { ...grant, signIn };
}

/** Whoever asks before the interval is over is told to slow down, and each time the interval grows (RFC 8628 section 3.5). */
async function pendingError(context: AuthorityContext, { now }: Call, key: string) {
  const { slowDownSeconds } = policyOf(context);
  if (slowDownSeconds === undefined) return new AuthorityError('devicePending');
  let isEarly = false;
  await context.entries.change('deviceGrant', key, (grant) => {
    const { polledAt, intervalSeconds } = grant;
    isEarly = polledAt !== undefined && now < addSeconds(polledAt, intervalSeconds);
    return { ...grant, polledAt: now, intervalSeconds: intervalSeconds + (isEarly ? slowDownSeconds : 0) };
  });
  return new AuthorityError('devicePending', {}, isEarly ? { differing: { error: 'slow_down' } } : {});
}

async function redeemGrant({ entries }: AuthorityContext, key: string, begun: BegunFamily | undefined): Promise<void> {
  const redeem = (grant: DeviceGrant): DeviceGrant => {
    if (grant.state !== 'approved') throw new AuthorityError('codeRedeemed');
    return { ...grant, state: 'redeemed' };
  };
  const redeemed = await entries.change('deviceGrant', key, redeem, { added: () => begun?.added ?? [] });
  if (!redeemed) throw new AuthorityError('deviceCodeUnknown');
}
