/** Roles that Partner Center gives to a partner's users, as its user management page names them. */
export const partnerRoles = {
  referralsAdmin: 'Referrals Admin',
  referralsUser: 'Referrals User',
  adminAgent: 'Admin agent',
  salesAgent: 'Sales agent',
  helpdeskAgent: 'Helpdesk agent',
} as const;

export type PartnerRole = keyof typeof partnerRoles;

/** Entra's directory roles used here, with the template ids that tokens carry in `wids`. */
export const directoryRoles = {
  globalAdministrator: '62e90394-69f5-4237-9190-012177145e10',
  privilegedRoleAdministrator: 'e8611ab8-c189-46e8-94e1-60213ab1f814',
  cloudApplicationAdministrator: '158c047a-c907-4556-b7ef-446551a6b5f7',
  applicationAdministrator: '9b895d92-2cd3-44c7-9d02-a6ac2d5ea5c3',
  userAdministrator: 'fe930be7-5e62-47db-91af-98c3a49a38b1',
} as const;

export type DirectoryRole = keyof typeof directoryRoles;

/** What every member has, and what every app-only token for Microsoft Graph has. */
export const memberRoleTemplateId = 'b79fbf4d-3ef9-4689-8143-76b194e85509';
export const applicationRoleTemplateId = '0997a1d0-0d1d-4acb-b408-d5ca73121e90';

/** Roles a customer gives to its partner (granular delegated admin privileges), by the names and template ids of Entra. */
export const delegatedRoles: Readonly<Record<string, string>> = {
  'Global Administrator': directoryRoles.globalAdministrator,
  'Global Reader': 'f2ef992c-3afb-46b9-b7cf-a126ee74c451',
  'Privileged Role Administrator': directoryRoles.privilegedRoleAdministrator,
  'Cloud Application Administrator': directoryRoles.cloudApplicationAdministrator,
  'Application Administrator': directoryRoles.applicationAdministrator,
  'User Administrator': directoryRoles.userAdministrator,
  'Directory Readers': '88d8e3e3-8f55-4a1e-953a-9b9898b8876b',
  'Directory Writers': '9360feb5-f418-4baa-8175-e2a00bac4301',
  'Helpdesk Administrator': '729827e3-9c14-49f7-bb1b-9608f156bbb8',
  'License Administrator': '4d6ac14f-3453-41d0-bef9-a3e0c569773a',
  'Service Support Administrator': 'f023fd81-a637-4b56-95fd-791ac0226033',
  'Security Reader': '5d6b6bb7-de71-4623-b4af-96380a352509',
  'Exchange Administrator': '29232cdf-9323-42fd-ade2-1d097af3e4de',
};

/** The name of a role by its template id, or the id itself. */
export const delegatedRoleName = (templateId: string): string =>
  Object.keys(delegatedRoles).find((name) => delegatedRoles[name] === templateId) ?? templateId;
