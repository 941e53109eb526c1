import { defaultFederatedAudience, microsoftServicesTenantId } from '../domain/index.ts';
import { type Environment, environments } from '../protocol/environments.ts';
import { azureAdGraphApplicationId, resourceApplicationIds } from '../protocol/resources.ts';
import type { SeedInput } from './seed-schema.ts';

type SeedApplication = NonNullable<SeedInput['applications']>[number];

/** The names a resource has over all clouds: through the proxy, the sandbox answers for each of them. */
const inEveryCloud = (origin: (environment: Environment) => string | undefined): string[] => [
  ...new Set(Object.values(environments).flatMap((environment) => origin(environment) ?? [])),
];

const microsofts = {
  appOwnerOrganizationId: microsoftServicesTenantId,
  signInAudience: 'AzureADMultipleOrgs',
} as const;

/** Ids of permissions, as Microsoft publishes them (partner resources: reference, section 0). */
export const permissionIds = {
  partnerCenter: { user_impersonation: '1cebfa2a-fb4d-419e-b5f9-839b4383e05a' },
  partner: { user_impersonation: 'eabf9ef3-1f9e-f3da-19a1-bcd60d080567' },
  arm: { user_impersonation: '41094075-9dad-400e-a0bd-54e686782033' },
  graph: {
    openid: '37f7f235-527c-4136-accd-4a02d197296e',
    profile: '14dad69e-099b-42c9-810b-d002981feec1',
    email: '64a6cdd6-aab1-4aaf-94b8-3cc8405e90d0',
    offline_access: '7427e0e9-2fba-42fe-b0c0-848c9e6a8182',
    'User.Read': 'e1fe6dd8-ba31-4d61-89e7-88639da4683d',
    'Directory.Read.All': '06da0dbc-49e2-44d2-8312-53f166ab848a',
    'Directory.AccessAsUser.All': '0e263e50-5827-48a4-b97c-d940288653c7',
  },
  azureAdGraph: {
    'User.Read': '311a71cc-e848-46a1-bdf8-97ff7156d8e6',
    'Directory.AccessAsUser.All': 'a42657d6-7f20-40e3-b6f0-cee03008a62a',
  },
  exchange: {
    'EWS.AccessAsUser.All': '3b5f3d61-589b-4a3c-a359-5dd4b5ee5bd5',
    'Exchange.Manage': 'ab4f2b77-0b06-4fc1-a9de-02113fc2ab7c',
  },
} as const;

export const roleIds = {
  graph: { 'Directory.Read.All': '7ab1d382-f21e-4acd-a863-ba3e13f7da61' },
  exchange: { 'Exchange.ManageAsApp': 'dc50a0fb-09a3-484d-be87-e023b12c6440' },
} as const;

/** As Microsoft shows them on consent pages, and which of them only an administrator can give. */
const names: Readonly<Record<string, readonly [displayName: string, type?: 'Admin']>> = {
  openid: ['Sign you in'],
  profile: ['View your basic profile'],
  email: ['View your email address'],
  offline_access: ['Maintain access to data you have given it access to'],
  'User.Read': ['Sign in and read your profile'],
  'Directory.Read.All': ['Read directory data', 'Admin'],
  'Directory.AccessAsUser.All': ['Access the directory as you', 'Admin'],
  'EWS.AccessAsUser.All': ['Access mailboxes as you through Exchange Web Services'],
  'Exchange.Manage': ['Manage Exchange configuration as you'],
};

const offered = (ids: Readonly<Record<string, string>>, impersonation = '') =>
  Object.entries(ids).map(([value, id]) => {
    const [displayName = impersonation, type = 'User' as const] = names[value] ?? [];
    return { id, value, type, ...(displayName === '' ? {} : { adminConsentDisplayName: displayName }) };
  });

const roles = (ids: Readonly<Record<string, string>>) => Object.entries(ids).map(([value, id]) => ({ id, value }));

/** Microsoft's APIs. They are resources in every tenant, and take v1 tokens but where they say otherwise. */
export const microsoftResources: readonly SeedApplication[] = [
  {
    ...microsofts,
    appId: resourceApplicationIds['partner-center'],
    displayName: 'Microsoft Partner Center',
    identifierUris: [
      ...inEveryCloud(({ partnerCenter }) => partnerCenter),
      'https://partnercenterapi.store.microsoft.com',
      'https://partnerapi.store.microsoft.com',
      'https://reseller.microsoft.com',
      'https://accountmgmtservice.dce.mp.microsoft.com',
    ],
    api: { oauth2PermissionScopes: offered(permissionIds.partnerCenter, 'Use Partner Center as you') },
  },
  {
    ...microsofts,
    appId: resourceApplicationIds.partner,
    // Some tenants show it as Microsoft Dev Center.
    displayName: 'Microsoft Partner',
    identifierUris: [
      ...inEveryCloud(({ partner }) => partner),
      'https://api.partner.microsoft-int.com',
      'https://developer.microsoft.com',
      'https://dev.microsoft.com',
      'https://devcenter.microsoft.com/',
    ],
    api: { oauth2PermissionScopes: offered(permissionIds.partner, 'Use Microsoft Partner as you') },
  },
  {
    ...microsofts,
    appId: resourceApplicationIds.graph,
    displayName: 'Microsoft Graph',
    identifierUris: inEveryCloud(({ graph }) => graph),
    api: { oauth2PermissionScopes: offered(permissionIds.graph) },
    appRoles: roles(roleIds.graph),
  },
  {
    ...microsofts,
    appId: azureAdGraphApplicationId,
    displayName: 'Windows Azure Active Directory',
    identifierUris: inEveryCloud(({ azureAdGraph }) => azureAdGraph),
    api: { oauth2PermissionScopes: offered(permissionIds.azureAdGraph) },
  },
  {
    ...microsofts,
    appId: resourceApplicationIds.arm,
    displayName: 'Windows Azure Service Management API',
    identifierUris: [...inEveryCloud(({ azureManagement }) => azureManagement), 'https://management.core.windows.net/'],
    api: { oauth2PermissionScopes: offered(permissionIds.arm, 'Manage Azure resources as you') },
  },
  {
    ...microsofts,
    appId: resourceApplicationIds.exchange,
    displayName: 'Office 365 Exchange Online',
    identifierUris: [...inEveryCloud(({ exchange }) => exchange), 'https://outlook.office.com'],
    api: { oauth2PermissionScopes: offered(permissionIds.exchange) },
    appRoles: roles(roleIds.exchange),
  },
  {
    ...microsofts,
    // What an application asks a token for that is to vouch for another one (federated credentials).
    appId: 'fb60f99c-7a34-4190-8149-302f77469936',
    displayName: 'AAD Token Exchange Endpoint: Public',
    identifierUris: ['', 'USGov', 'China'].map((cloud) => `${defaultFederatedAudience}${cloud}`),
    api: { requestedAccessTokenVersion: 2 },
  },
];

const exchangeOnlineClientId = 'a0c73c16-a7e3-4564-9a95-2bdf47383716';
/** az and the libraries that sign a developer in. */
const azureCliClientId = '04b07795-8ddb-461a-bbee-02f9e1bf7b46';

const publicClient = {
  ...microsofts,
  isFallbackPublicClient: true,
  publicClient: { redirectUris: ['http://localhost'] },
} as const;

/** Microsoft's programs that people sign in with. Nobody consents to them: their grants hold in every tenant. */
export const microsoftClients: readonly SeedApplication[] = [
  {
    ...publicClient,
    publicClient: { redirectUris: ['http://localhost'] },
    appId: exchangeOnlineClientId,
    displayName: 'Microsoft Exchange REST API Based Powershell',
  },
  {
    ...publicClient,
    publicClient: { redirectUris: ['http://localhost'] },
    appId: azureCliClientId,
    displayName: 'Microsoft Azure CLI',
  },
];

const all = (ids: Readonly<Record<string, string>>): string => Object.keys(ids).join(' ');

export const microsoftGrants: NonNullable<SeedInput['oauth2PermissionGrants']> = [
  {
    clientAppId: exchangeOnlineClientId,
    resourceAppId: resourceApplicationIds.exchange,
    scope: all(permissionIds.exchange),
  },
  { clientAppId: azureCliClientId, resourceAppId: resourceApplicationIds.arm, scope: all(permissionIds.arm) },
  { clientAppId: azureCliClientId, resourceAppId: resourceApplicationIds.graph, scope: all(permissionIds.graph) },
  {
    clientAppId: azureCliClientId,
    resourceAppId: resourceApplicationIds['partner-center'],
    scope: all(permissionIds.partnerCenter),
  },
];
