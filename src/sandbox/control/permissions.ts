import { z } from 'zod';
import { noun } from '../../base/noun.ts';
import {
  type Application,
  changeApplication,
  type GrantedAccess,
  grantAdminConsent as grantAdminConsentIn,
  type OfferedPermission,
  offeredBy,
  type PermissionOrder,
  resourcesFor,
  withoutPermission,
  withPermission,
} from '../../domain/index.ts';
import { administration, tenantName, tenantNamed } from './administration.ts';
import { applicationAnswer } from './application-answer.ts';
import { applicationNamed } from './applications.ts';
import type { ControlContext } from './context.ts';
import { ControlError } from './error.ts';
import { operation } from './operation.ts';

export interface ResourceAnswer {
  readonly appId: string;
  readonly displayName: string;
  readonly identifierUris: readonly string[];
  readonly permissions: readonly OfferedPermission[];
}

export const listResources = operation({
  summary: 'The APIs whose permissions an application can list, and these.',
  query: noun({ tenant: tenantName }),
  answer: async (context, { query }): Promise<{ readonly resources: readonly ResourceAnswer[] }> => {
    const tenant = await tenantNamed(context, query.tenant);
    const resources = await resourcesFor(context.world.directory, tenant.id);
    return {
      resources: resources.map((resource) => ({
        appId: resource.appId,
        displayName: resource.displayName,
        identifierUris: resource.identifierUris,
        permissions: offeredBy(resource),
      })),
    };
  },
});

const permission = {
  resource: z.string().min(1).max(512).describe('Identifier URI or application id.'),
  permission: z.string().min(1).max(256).describe('Its value, for example user_impersonation, or its id.'),
  type: z.enum(['Scope', 'Role']).default('Scope').describe('Delegated, or a role of the application’s own.'),
};

export const addPermission = operation({
  summary: 'Puts a permission on an application’s list. It is of use once consented to.',
  example: { resource: 'https://api.partner.microsoft.com', permission: 'user_impersonation' },
  body: noun(permission),
  answer: (context, { body, parameter }) => listed(context, { ...body, appId: parameter('appId') }, withPermission),
});

export const removePermission = operation({
  summary: 'Takes a permission off an application’s list. What was consented to stays consented.',
  example: { resource: 'https://api.partner.microsoft.com', permission: 'user_impersonation' },
  query: noun(permission),
  answer: (context, { query, parameter }) =>
    listed(context, { ...query, appId: parameter('appId') }, withoutPermission),
});

async function listed(
  context: ControlContext,
  { appId, resource: name, ...order }: PermissionOrder & { readonly appId: string; readonly resource: string },
  change: (application: Application, resource: Application, order: PermissionOrder) => Application,
) {
  const { appOwnerOrganizationId } = await applicationNamed(context, appId);
  const resource = await context.world.directory.resource(appOwnerOrganizationId, name);
  if (!resource) {
    const message = `There is no resource ${name.slice(0, 256)}. GET /sandbox/resources lists them.`;
    throw new ControlError('notFound', message, { target: 'resource' });
  }
  const changed = await changeApplication(administration(context), appId, (application) =>
    change(application, resource.application, order),
  );
  return applicationAnswer(context, changed);
}

export interface ConsentAnswer {
  readonly appId: string;
  readonly tenantId: string;
  readonly granted: readonly GrantedAccess[];
}

export const grantAdminConsent = operation({
  summary: 'Gives an application everything on its list in a tenant, for all users, as an administrator would.',
  body: noun({ tenant: tenantName }),
  answer: async (context, { body, parameter }): Promise<ConsentAnswer> => {
    const application = await applicationNamed(context, parameter('appId'));
    const tenant = await tenantNamed(context, body.tenant ?? application.appOwnerOrganizationId);
    if (application.signInAudience === 'AzureADMyOrg' && tenant.id !== application.appOwnerOrganizationId) {
      const message = `tenant: ${application.displayName} is for its own tenant alone. Set signInAudience to AzureADMultipleOrgs first.`;
      throw new ControlError('conflict', message, { target: 'tenant' });
    }
    const granted = await grantAdminConsentIn(administration(context), application, tenant);
    return { appId: application.appId, tenantId: tenant.id, granted };
  },
});
