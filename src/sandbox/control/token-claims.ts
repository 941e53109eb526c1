import { base64url } from '../../base/bytes.ts';
import { epochSeconds } from '../../base/clock.ts';
import {
  type Application,
  microsoftServicesTenantId,
  type Resource,
  type Tenant,
  type User,
} from '../../domain/index.ts';
import { tenantNamed } from './administration.ts';
import type { ControlContext } from './context.ts';
import { ControlError } from './error.ts';
import { methodsOf, userNamed } from './people.ts';

export interface BaseOrder {
  readonly tenant?: string | undefined;
  readonly application?: string | undefined;
  readonly user?: string | undefined;
  readonly mfa?: boolean | undefined;
  readonly resource?: string | undefined;
  readonly version?: 1 | 2 | undefined;
  readonly lifetimeSeconds: number;
}

/** The claims of an access token every verifier of this sandbox takes. Throws `notFound` for who or what is not there. */
export async function baseClaims(context: ControlContext, order: BaseOrder, origin: string) {
  const user = order.user === undefined ? undefined : await userNamed(context, order.user);
  const tenant = await tenantNamed(context, order.tenant ?? user?.tenantId);
  const application = await applicationOf(context, order.application, tenant);
  const audience = order.resource ?? defaultResource;
  const resource = await context.world.directory.resource(tenant.id, audience);
  if (!resource) throw missing('resource', audience, 'Give an identifier URI or an application id of the tenant.');
  const version = order.version ?? resource.application.requestedAccessTokenVersion;
  const now = epochSeconds(context.clock.now());
  const facts = { tenant, application, resource, user };
  return {
    version,
    claims: {
      aud: version === 1 ? audience : resource.application.appId,
      iss: context.issuers(origin, tenant.id)[version === 1 ? 'v1' : 'v2'],
      iat: now,
      nbf: now,
      exp: now + order.lifetimeSeconds,
      ...(version === 1 ? { appid: application.appId, appidacr: '1' } : { azp: application.appId, azpacr: '1' }),
      ...(user ? await userClaims(context, { ...facts, user }, order.mfa) : await applicationClaims(context, facts)),
      tid: tenant.id,
      uti: base64url(context.random.bytes(16)),
      ver: version === 1 ? '1.0' : '2.0',
    },
  };
}

const defaultResource = 'https://api.partnercenter.microsoft.com';

interface Facts {
  readonly tenant: Tenant;
  readonly application: Application;
  readonly resource: Resource;
}

async function userClaims({ world: { directory } }: ControlContext, facts: Facts & { user: User }, mfa?: boolean) {
  const { tenant, application, resource, user } = facts;
  const scopes = await directory.consentedScopes({
    tenantId: tenant.id,
    clientAppId: application.appId,
    resourceAppId: resource.application.appId,
    userId: user.id,
  });
  const offered = resource.application.oauth2PermissionScopes.map(({ value }) => value);
  const methods = mfa === undefined ? methodsOf(user, undefined) : mfa ? ['pwd', 'mfa'] : ['pwd'];
  return {
    amr: methods,
    name: user.displayName,
    oid: user.id,
    scp: (scopes.length > 0 ? scopes : offered).join(' '),
    sub: user.id,
    unique_name: user.userPrincipalName,
    upn: user.userPrincipalName,
  };
}

async function applicationClaims({ world: { directory } }: ControlContext, facts: Facts) {
  const { tenant, application, resource } = facts;
  const principal = await directory.servicePrincipal(tenant.id, application.appId);
  const id = principal?.id ?? application.appId;
  const roles = await directory.assignedRoles(tenant.id, id, resource.application.appId);
  return { idtyp: 'app', oid: id, sub: id, ...(roles.length > 0 ? { roles } : {}) };
}

async function applicationOf({ world }: ControlContext, asked: string | undefined, tenant: Tenant) {
  const own = world
    .named()
    .applications.filter(({ appOwnerOrganizationId }) => appOwnerOrganizationId !== microsoftServicesTenantId);
  const home = own.find(({ appOwnerOrganizationId }) => appOwnerOrganizationId === tenant.id) ?? own[0];
  const id = asked ?? home?.appId ?? '';
  return (await world.directory.applicationById(id)) ?? absent('application', id, 'Give the id of an application.');
}

const missing = (target: string, value: string, remedy: string): ControlError =>
  new ControlError('notFound', `There is no ${target} ${value.slice(0, 256)}. ${remedy}`, { target });

function absent(target: string, value: string, remedy: string): never {
  throw missing(target, value, remedy);
}
