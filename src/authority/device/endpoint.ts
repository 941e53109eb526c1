import { CheckTrail } from '../../base/check-trail.ts';
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
  unguessable,
} from '../../domain/index.ts';
import { encodeDeviceAuthorization } from '../../protocol/device.ts';
import { type Call, type Endpoint, notStored } from '../call.ts';
import type { AuthorityContext } from '../context.ts';
import { AuthorityError } from '../error-table.ts';
import { namedTenant } from '../tenancy.ts';
import { findApplication, findClient } from '../token/client.ts';
import { readPermissions } from '../token/permissions.ts';
import { decodeRequest, type ReceivedRequest, requirePost } from '../token/request.ts';

/** What every request for a device code passes, in this order: each as the flow viewer names it. */
const deviceCodeChecks = {
  request: 'The request is a POST whose form can be read, each parameter once',
  asked: 'It says what for: scope, or resource on v1',
  tenant: 'The tenant is known',
  client: 'The application is known',
  allowed: 'The application allows public client flows',
  permissions: 'What is asked for is one resource of the tenant, and its permissions',
} as const;

/** Seconds the grant stays after its end, so that a late poll hears that it expired and not that it never was. */
const rememberedSeconds = 86_400;

/**
 * `/oauth2/devicecode` and `/oauth2/v2.0/devicecode` (RFC 8628 section 3.1). A secret is not looked at: Entra does not, and
 * the token endpoint does.
 */
export const deviceCodeEndpoint: Endpoint = async (context, call) => {
  const trail = new CheckTrail(deviceCodeChecks);
  call.trail = trail;
  requirePost(call);
  const request = decodeRequest(call);
  trail.passed('request');
  const tenantPath = await checkRequest(context, call, { request, trail });
  const deviceCode = unguessable(context);
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
async function checkRequest(
  context: AuthorityContext,
  call: Call,
  { request, trail }: { request: ReceivedRequest; trail: CheckTrail<keyof typeof deviceCodeChecks> },
): Promise<string> {
  const { version } = call;
  const { resource, scope } = request.parameters;
  if (version === 'v2' && resource !== undefined) throw new AuthorityError('resourceParameterNotSupported');
  if (!(version === 'v1' ? resource : scope)) {
    throw new AuthorityError('missingParameter', { parameter: version === 'v1' ? 'resource' : 'scope' });
  }
  trail.passed('asked');
  const named = await namedTenant(context, call.tenant);
  trail.passed('tenant', 'tenant' in named ? named.tenant.displayName : named.alias);
  const application =
    'tenant' in named
      ? (await findClient(context, { call, request, tenant: named.tenant })).application
      : await findApplication(context, call, request);
  trail.passed('client', application.displayName);
  if (!allowsDeviceCode(application)) {
    throw new AuthorityError('grantNotAllowed', { application: application.appId, grantType: 'device_code' });
  }
  trail.passed('allowed');
  if ('tenant' in named) {
    await readPermissions(context, named.tenant, { version, written: askedFor(request), actsFor: 'user' });
  }
  trail.passed('permissions', 'tenant' in named ? undefined : 'read when somebody has signed in');
  return 'tenant' in named ? named.tenant.id : named.alias;
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
