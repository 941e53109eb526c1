import { azureAdGraphApplicationId, resourceApplicationIds } from '../protocol/resources.ts';
import {
  microsoftClients,
  microsoftGrants,
  microsoftResources,
  permissionIds,
  roleIds,
} from './microsoft-applications.ts';
import type { SeedInput } from './seed-schema.ts';

/** The ids that documentation, tests and `npm start` print. They are Microsoft's sample values, so none is anybody's. */
export const fixedIds = {
  partnerTenant: 'aaaabbbb-0000-cccc-1111-dddd2222eeee',
  application: '00001111-aaaa-2222-bbbb-3333cccc4444',
  publicApplication: '11112222-bbbb-3333-cccc-4444dddd5555',
  fabrikam: 'bbbbcccc-1111-dddd-2222-eeee3333ffff',
  adventureWorks: 'ccccdddd-2222-eeee-3333-ffff4444aaaa',
  wingtip: 'ddddeeee-3333-ffff-4444-aaaa5555bbbb',
} as const;

const { partnerTenant, application, publicApplication, fabrikam, adventureWorks, wingtip } = fixedIds;

const usualPermissions = [
  [resourceApplicationIds['partner-center'], permissionIds.partnerCenter],
  [resourceApplicationIds.partner, permissionIds.partner],
  [resourceApplicationIds.graph, permissionIds.graph],
  [azureAdGraphApplicationId, permissionIds.azureAdGraph],
  [resourceApplicationIds.arm, permissionIds.arm],
  [resourceApplicationIds.exchange, permissionIds.exchange],
] as const;

const requiredResourceAccess = usualPermissions.map(([resourceAppId, ids]) => ({
  resourceAppId,
  resourceAccess: Object.values(ids).map((id) => ({ id, type: 'Scope' as const })),
}));

const consented = (tenantId: string, clientAppId: string) =>
  usualPermissions.map(([resourceAppId, ids]) => ({
    tenantId,
    clientAppId,
    resourceAppId,
    scope: Object.keys(ids).join(' '),
  }));

/** Roles partners are given by GDAP: Directory Readers, Helpdesk Administrator. */
const gdapRoles = ['88d8e3e3-8f55-4a1e-953a-9b9898b8876b', '729827e3-9c14-49f7-bb1b-9608f156bbb8'];

const relationship = (id: string, customerTenantId: string, name: string, active: boolean) => ({
  id,
  displayName: `Contoso and ${name}`,
  partnerTenantId: partnerTenant,
  customerTenantId,
  status: active ? ('active' as const) : ('expired' as const),
  endDateTime: active ? '2099-12-31T00:00:00Z' : '2025-06-30T00:00:00Z',
  unifiedRoles: gdapRoles,
});

const referral = (
  number: number,
  about: Pick<Referral, 'name' | 'status' | 'substatus' | 'location'> & Partial<Referral>,
) => ({
  id: `0000000${number}-aaaa-4bbb-8ccc-ddddeeee0001`,
  engagementId: `0000000${number}-aaaa-4bbb-8ccc-ddddeeee0002`,
  organizationId: partnerTenant,
  createdDateTime: `2026-0${number}-10T09:00:00Z`,
  updatedDateTime: `2026-0${number}-12T15:30:00Z`,
  customerProfile: { name: 'Fabrikam, Inc.', country: 'US' },
  details: { notes: 'Wants a proof of concept.', dealValue: 10_000 * number, currency: 'USD' },
  ...about,
});

type Referral = NonNullable<SeedInput['referrals']>[number];

const redmond = { id: '5f0d6d2b-0001-4c1c-9c55-000000000001', name: 'Contoso Redmond', country: 'US' };
const munich = { id: '5f0d6d2b-0001-4c1c-9c55-000000000002', name: 'Contoso München', country: 'DE' };
const john = { firstName: 'John', lastName: 'Doe', email: 'john.doe@contoso.com' };
const mary = { firstName: 'Mary', lastName: 'Major', email: 'mary.major@contoso.com' };

/** Everything the sandbox holds when nobody seeded it (contract 5.1). */
export const fixedData: SeedInput = {
  tenants: [
    {
      id: partnerTenant,
      displayName: 'Contoso',
      verifiedDomains: ['contoso.com', 'contoso.onmicrosoft.com'],
      partnerAccount: true,
    },
    { id: fabrikam, displayName: 'Fabrikam, Inc.', verifiedDomains: ['fabrikam.onmicrosoft.com'] },
    { id: adventureWorks, displayName: 'Adventure Works', verifiedDomains: ['adventure-works.onmicrosoft.com'] },
    { id: wingtip, displayName: 'Wingtip Toys', verifiedDomains: ['wingtip.onmicrosoft.com'] },
  ],
  users: [
    {
      id: 'aaaaaaaa-0000-1111-2222-bbbbbbbbbbbb',
      userPrincipalName: john.email,
      displayName: 'John Doe',
      givenName: 'John',
      surname: 'Doe',
      mail: john.email,
      passwordProfile: { password: 'PCTestPassword@123' },
      partnerRoles: ['Referrals Admin'],
    },
    {
      id: 'bbbbbbbb-1111-2222-3333-cccccccccccc',
      userPrincipalName: mary.email,
      displayName: 'Mary Major',
      givenName: 'Mary',
      surname: 'Major',
      mail: mary.email,
      passwordProfile: { password: 'PCTestPassword@321' },
      partnerRoles: ['Referrals User'],
    },
    {
      id: 'cccccccc-2222-3333-4444-dddddddddddd',
      userPrincipalName: 'jane.roe@contoso.com',
      displayName: 'Jane Roe',
      givenName: 'Jane',
      surname: 'Roe',
      mail: 'jane.roe@contoso.com',
      passwordProfile: { password: 'PCTestPassword@456' },
      mfa: { required: true, totpSecret: 'JBSWY3DPEHPK3PXP' },
      partnerRoles: ['Referrals Admin', 'Admin agent'],
    },
    {
      id: 'dddddddd-3333-4444-5555-eeeeeeeeeeee',
      userPrincipalName: 'admin@contoso.com',
      displayName: 'Contoso Administrator',
      mail: 'admin@contoso.com',
      passwordProfile: { password: 'PCTestPassword@789' },
      mfa: { required: true, totpSecret: 'KRSXG5CTMVRXEZLU' },
      partnerRoles: ['Admin agent'],
      directoryRoles: ['globalAdministrator'],
    },
  ],
  applications: [
    ...microsoftResources,
    ...microsoftClients,
    {
      appId: application,
      displayName: 'Partner Center Access App',
      appOwnerOrganizationId: partnerTenant,
      signInAudience: 'AzureADMultipleOrgs',
      allowsPasswordGrant: true,
      web: { redirectUris: ['https://localhost:3000/callback'] },
      publicClient: { redirectUris: ['http://localhost'] },
      passwordCredentials: [{ displayName: 'sandbox', secretText: 'TestClientAppSecret23456' }],
      requiredResourceAccess: [
        ...requiredResourceAccess.filter(({ resourceAppId }) => resourceAppId !== resourceApplicationIds.graph),
        {
          resourceAppId: resourceApplicationIds.graph,
          resourceAccess: [
            ...Object.values(permissionIds.graph).map((id) => ({ id, type: 'Scope' as const })),
            ...Object.values(roleIds.graph).map((id) => ({ id, type: 'Role' as const })),
          ],
        },
      ],
    },
    {
      appId: publicApplication,
      displayName: 'Partner Center Public App',
      appOwnerOrganizationId: partnerTenant,
      signInAudience: 'AzureADMultipleOrgs',
      isFallbackPublicClient: true,
      publicClient: { redirectUris: ['http://localhost'] },
      requiredResourceAccess,
    },
  ],
  oauth2PermissionGrants: [
    ...microsoftGrants,
    ...consented(partnerTenant, application),
    ...consented(partnerTenant, publicApplication),
    ...consented(fabrikam, application),
  ],
  appRoleAssignments: [
    {
      tenantId: partnerTenant,
      principal: application,
      resourceAppId: resourceApplicationIds.graph,
      role: 'Directory.Read.All',
    },
  ],
  customers: [
    { tenantId: fabrikam, companyName: 'Fabrikam, Inc.', domain: 'fabrikam.onmicrosoft.com' },
    { tenantId: adventureWorks, companyName: 'Adventure Works', domain: 'adventure-works.onmicrosoft.com' },
    { tenantId: wingtip, companyName: 'Wingtip Toys', domain: 'wingtip.onmicrosoft.com' },
  ].map((customer) => ({ ...customer, partnerTenantId: partnerTenant })),
  delegatedAdminRelationships: [
    relationship('e1e1e1e1-0001-4aaa-8bbb-000000000001', fabrikam, 'Fabrikam', true),
    relationship('e1e1e1e1-0001-4aaa-8bbb-000000000002', adventureWorks, 'Adventure Works', true),
    relationship('e1e1e1e1-0001-4aaa-8bbb-000000000003', wingtip, 'Wingtip', false),
  ],
  referrals: [
    referral(1, { name: 'Cloud migration', status: 'New', substatus: 'Received', location: redmond, team: [john] }),
    referral(2, {
      name: 'Modern workplace',
      status: 'Active',
      substatus: 'Engaged',
      location: munich,
      type: 'Shared',
      team: [john, mary],
    }),
    referral(3, { name: 'Security review', status: 'Closed', substatus: 'Won', location: munich, team: [] }),
  ],
};
