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
