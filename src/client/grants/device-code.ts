import { Secret } from '../../base/secret.ts';
import { type DeviceAuthorization, decodeDeviceAuthorization } from '../../protocol/device.ts';
import { encodeTokenRequest } from '../../protocol/token-request.ts';
import type { Grant } from '../acquire.ts';
import type { AuthResult } from '../auth-result.ts';
import { discover, type Metadata } from '../discovery.ts';
import { AuthError } from '../errors.ts';
import { send } from '../http.ts';
import { authorityRefusal } from '../refusals.ts';
import { withRetries } from '../retry.ts';
import { requestToken } from '../token-endpoint.ts';
import { resultOfGrant, userScope } from './result.ts';
import { signedIn } from './signed-in.ts';

/** RFC 8628 section 3.5: how much longer to wait after `slow_down`, in seconds. */
const slowDownSeconds = 5;

/**
 * A sign-in on another device (RFC 8628): the person is told a code and where to enter it, and the authority is asked, at
 * the pace it names, until they have. Throws `invalid_parameters` where nobody would be told, `access_refused` when they
 * declined, `timed_out` when the code ended first.
 */
export async function deviceCodeGrant(grant: Grant): Promise<AuthResult> {
  const { context, plan } = grant;
  if (!context.onDeviceCode) {
    throw new AuthError('invalid_parameters', 'A device code has to be shown to somebody: onDeviceCode is missing.', {
      hint: 'Pass onDeviceCode, which gets the code, the address and a sentence with both.',
    });
  }
  const metadata = await discover(grant, 'deviceAuthorizationEndpoint');
  const device = await begin(grant, metadata);
  context.onDeviceCode(device);
  const process = signedIn(grant, metadata);
  const request = { deviceCode: new Secret(device.deviceCode), clientInfo: '1' };
  const issued = await whenEntered(grant, device, () => requestToken(grant, { grant: 'deviceCode', request, process }));
  return resultOfGrant(plan, issued);
}

async function begin(
  { context, fetchIt, plan }: Grant,
  { deviceAuthorizationEndpoint }: Metadata<'deviceAuthorizationEndpoint'>,
): Promise<DeviceAuthorization> {
  const correlationId = context.random.guid();
  return withRetries(context, async () => {
    const answer = await send(context, fetchIt, {
      method: 'POST',
      url: deviceAuthorizationEndpoint,
      headers: { 'content-type': 'application/x-www-form-urlencoded', 'client-request-id': correlationId },
      body: encodeTokenRequest({ clientId: plan.applicationId, scope: userScope(plan), claims: plan.claims }),
      correlationId,
    });
    if (answer.status !== 200) {
      throw authorityRefusal({ answer, now: context.clock.now(), correlationId, secrets: [] }, 'stored');
    }
    try {
      return usable(decodeDeviceAuthorization(answer.text));
    } catch (cause) {
      throw new AuthError('answer_unreadable', 'The authority’s answer holds no device code that can be used.', {
        cause,
        correlationId,
      });
    }
  });
}

/** What a person is to be shown and to type, for as long as they may take. */
const longestCode = 64;
const longestAddress = 2_048;
const longestLifeSeconds = 86_400;

/** A person opens the address and reads the code from a screen: it is one of the web, and both are as long as that needs. */
function usable(device: DeviceAuthorization): DeviceAuthorization {
  const { verificationUri, userCode, expiresInSeconds } = device;
  const protocol = URL.canParse(verificationUri) ? new URL(verificationUri).protocol : '';
  if (!['https:', 'http:'].includes(protocol)) throw new TypeError('verification_uri is no address of the web');
  if (verificationUri.length > longestAddress) throw new TypeError('verification_uri is too long');
  if (userCode.length > longestCode) throw new TypeError('user_code is too long to be typed');
  if (expiresInSeconds > longestLifeSeconds) throw new TypeError('expires_in is longer than a day');
  return device;
}

/** Asks until the answer is final. The end is counted in waits, which a clock that is set cannot stretch. */
async function whenEntered<Value>(
  { context }: Grant,
  { intervalSeconds, expiresInSeconds }: DeviceAuthorization,
  ask: () => Promise<Value>,
): Promise<Value> {
  let interval = Math.min(Math.max(1, intervalSeconds), expiresInSeconds);
  for (let waited = 0; waited < expiresInSeconds; waited += interval) {
    await context.sleep(interval, context.signal).catch((cause: unknown) => {
      throw new AuthError('aborted', 'The sign-in was ended by its caller.', { cause });
    });
    try {
      return await ask();
    } catch (error) {
      if (!(error instanceof AuthError)) throw error;
      if (error.error === 'slow_down') interval += slowDownSeconds;
      else if (error.error !== 'authorization_pending') throw error;
    }
  }
  throw new AuthError('timed_out', 'The device code ended before it was entered.', {
    hint: 'Sign in again, and enter the new code within its time.',
  });
}
