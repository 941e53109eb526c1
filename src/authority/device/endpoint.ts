import { base64url } from '../../base/bytes.ts';
import { addSeconds } from '../../base/clock.ts';
import { canonicalGuid } from '../../base/guid.ts';
import {
  type AskedFor,
  allowsDeviceCode,
  canonicalUserCode,
  type DeviceGrant,
  deviceGrantIntervalSeconds,
  deviceGrantLifetimeSeconds,
  entryKey,
  newUserCode,
} from '../../domain/index.ts';
import { encodeDeviceAuthorization } from '../../protocol/device.ts';
import { type Call, type Endpoint, notStored } from '../call.ts';
import type { AuthorityContext } from '../context.ts';
import { AuthorityError } from '../error-table.ts';
import { namedTenant } from '../tenancy.ts';
import { findApplication, findClient } from '../token/client.ts';
import { readPermissions } from '../token/permissions.ts';
import { decodeRequest, type ReceivedRequest, requirePost } from '../token/request.ts';

/** 256 bits. */
const deviceCodeBytes = 32;
/** Seconds the grant stays after its end, so that a late poll hears that it expired and not that it never was. */
const rememberedSeconds = 86_400;

/**
 * `/oauth2/devicecode` and `/oauth2/v2.0/devicecode` (RFC 8628 section 3.1). A secret is not looked at: Entra does not, and
 * the token endpoint does.
 */
export const deviceCodeEndpoint: Endpoint = async (context, call) => {
  requirePost(call);
  const request = decodeRequest(call);
  const tenantPath = await checkRequest(context, call, request);
  const deviceCode = base64url(context.random.bytes(deviceCodeBytes));
  const grant: DeviceGrant = {
    appId: canonicalGuid(request.clientId),
    tenantPath,
    asked: askedFor(request),
    state: 'pending',
    endsAt: addSeconds(call.now, deviceGrantLifetimeSeconds),
    intervalSeconds: deviceGrantIntervalSeconds,
  };
  const userCode = await addGrant(context, entryKey(deviceCode), grant);
  const verificationUri = `${call.http.origin}/devicelogin`;
  const body = encodeDeviceAuthorization(
    {
      userCode,
      deviceCode,
      verificationUri,
      expiresInSeconds: deviceGrantLifetimeSeconds,
      intervalSeconds: deviceGrantIntervalSeconds,
      message: `To sign in, use a web browser to open the page ${verificationUri} and enter the code ${userCode} to authenticate.`,
    },
    call.version,
  );
  return { status: 200, headers: notStored, body };
};

/** What can be refused now need not wait until somebody has signed in. Answers the tenant as the grant is bound to it. */
async function checkRequest(context: AuthorityContext, call: Call, request: ReceivedRequest): Promise<string> {
  const { version } = call;
  const { resource, scope } = request.parameters;
  if (version === 'v2' && resource !== undefined) throw new AuthorityError('resourceParameterNotSupported');
  if (!(version === 'v1' ? resource : scope)) {
    throw new AuthorityError('missingParameter', { parameter: version === 'v1' ? 'resource' : 'scope' });
  }
  const named = await namedTenant(context, call.tenant);
  const application =
    'tenant' in named
      ? (await findClient(context, { call, request, tenant: named.tenant })).application
      : await findApplication(context, call, request);
  if (!allowsDeviceCode(application)) {
    throw new AuthorityError('grantNotAllowed', { application: application.appId, grantType: 'device_code' });
  }
  if (!('tenant' in named)) return named.alias;
  await readPermissions(context, named.tenant, { version, written: askedFor(request), actsFor: 'user' });
  return named.tenant.id;
}

const askedFor = ({ parameters: { resource, scope } }: ReceivedRequest): AskedFor => ({
  ...(resource === undefined ? {} : { resource }),
  ...(scope === undefined ? {} : { scope }),
});

/** A user code is somebody's alone while it lives: one that is taken is made again. */
async function addGrant({ entries, random }: AuthorityContext, key: string, grant: DeviceGrant): Promise<string> {
  await entries.add('deviceGrant', key, { value: grant, expiresAt: addSeconds(grant.endsAt, rememberedSeconds) });
  for (;;) {
    const userCode = newUserCode(random);
    const entry = { value: { deviceGrantKey: key }, expiresAt: grant.endsAt };
    if (await entries.add('userCode', entryKey(canonicalUserCode(userCode)), entry)) return userCode;
  }
}
