import { tenant } from './fixture.ts';

export const unconsented = '30000000-0000-0000-0000-000000000001';
export const singleTenant = '30000000-0000-0000-0000-000000000002';
export const adminOnly = '30000000-0000-0000-0000-000000000003';
export const singlePage = '30000000-0000-0000-0000-000000000004';
export const fabrikamApplication = '30000000-0000-0000-0000-000000000005';
export const assigned = '30000000-0000-0000-0000-000000000006';
export const disabledApplication = '30000000-0000-0000-0000-000000000007';

export const temporary = { username: 'new.hire@contoso.com', password: 'Temporary@1' };
export const unenrolled = { username: 'una.enrolled@contoso.com', password: 'PCTestPassword@555' };
export const both = { username: 'bo.th@contoso.com', password: 'Temporary@2' };
export const disabled = { username: 'dis.abled@contoso.com', password: 'PCTestPassword@666' };
export const stranger = { username: 'someone@adventure-works.onmicrosoft.com', password: 'PCTestPassword@777' };

const graph = '00000003-0000-0000-c000-000000000000';
const graphScopes = {
  userRead: 'e1fe6dd8-ba31-4d61-89e7-88639da4683d',
  directory: '06da0dbc-49e2-44d2-8312-53f166ab848a',
};
const partner = '4990cffe-04e8-4e8b-808a-1175604b879f';
const partnerImpersonation = 'eabf9ef3-1f9e-f3da-19a1-bcd60d080567';

/** Users and applications in every state a page has to tell apart. */
export const pagesSeed = `
users:
  - { userPrincipalName: ${temporary.username}, displayName: New Hire, passwordProfile: { password: ${temporary.password}, forceChangePasswordNextSignIn: true } }
  - { userPrincipalName: ${unenrolled.username}, displayName: Una Enrolled, passwordProfile: { password: ${unenrolled.password} }, mfa: { required: true } }
  - { userPrincipalName: ${both.username}, displayName: Bo Th, passwordProfile: { password: ${both.password}, forceChangePasswordNextSignIn: true }, mfa: { required: true } }
  - { userPrincipalName: ${disabled.username}, displayName: Dis Abled, accountEnabled: false, passwordProfile: { password: ${disabled.password} } }
  - { userPrincipalName: ${stranger.username}, displayName: Some One, passwordProfile: { password: ${stranger.password} } }
applications:
  - appId: ${unconsented}
    displayName: Referral Reader
    appOwnerOrganizationId: ${tenant}
    signInAudience: AzureADMultipleOrgs
    web: { redirectUris: ['https://localhost:3000/callback'] }
    publicClient: { redirectUris: ['http://localhost'] }
    requiredResourceAccess:
      - { resourceAppId: ${partner}, resourceAccess: [{ id: ${partnerImpersonation}, type: Scope }] }
      - { resourceAppId: ${graph}, resourceAccess: [{ id: ${graphScopes.userRead}, type: Scope }] }
  - appId: ${singleTenant}
    displayName: Only Contoso
    appOwnerOrganizationId: ${tenant}
    web: { redirectUris: ['https://localhost:3000/callback'] }
    passwordCredentials: [{ secretText: s }]
  - appId: ${adminOnly}
    displayName: Directory Walker
    appOwnerOrganizationId: ${tenant}
    signInAudience: AzureADMultipleOrgs
    web: { redirectUris: ['https://localhost:3000/callback'] }
    publicClient: { redirectUris: ['http://localhost'] }
    requiredResourceAccess:
      - { resourceAppId: ${graph}, resourceAccess: [{ id: ${graphScopes.userRead}, type: Scope }, { id: ${graphScopes.directory}, type: Scope }] }
  - appId: ${singlePage}
    displayName: Single Page
    appOwnerOrganizationId: ${tenant}
    spa: { redirectUris: ['https://localhost:3000/spa'] }
  - appId: ${fabrikamApplication}
    displayName: Fabrikam Fleet
    appOwnerOrganizationId: bbbbcccc-1111-dddd-2222-eeee3333ffff
    signInAudience: AzureADMultipleOrgs
    web: { redirectUris: ['https://fleet.fabrikam.example/signed-in'] }
    requiredResourceAccess:
      - { resourceAppId: ${graph}, resourceAccess: [{ id: ${graphScopes.userRead}, type: Scope }] }
  - appId: ${assigned}
    displayName: Members Only
    appOwnerOrganizationId: ${tenant}
    web: { redirectUris: ['https://localhost:3000/callback'] }
  - appId: ${disabledApplication}
    displayName: Switched Off
    appOwnerOrganizationId: ${tenant}
    web: { redirectUris: ['https://localhost:3000/callback'] }
servicePrincipals:
  - { tenantId: ${tenant}, appId: ${assigned}, appRoleAssignmentRequired: true }
  - { tenantId: ${tenant}, appId: ${disabledApplication}, accountEnabled: false }
`;
