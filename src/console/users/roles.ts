import { html } from 'hono/html';
import { type PartnerRole, partnerRoles, type User } from '../../domain/index.ts';
import type { Form } from '../../protocol/form.ts';
import { checkFields } from '../pages/fields.ts';

/** What each role may do; of the Referrals roles in the words of the Referrals document, step 1. */
const abouts: Readonly<Record<PartnerRole, string>> = {
  referralsAdmin: 'Can create, update, and read referrals for all associated partner locations.',
  referralsUser: "Can only read those referrals where they're present in the referral's team.",
  adminAgent: 'Can act in the tenants of customers that have a relationship with this partner.',
  salesAgent: 'Kept with the user; nothing here asks for it.',
  helpdeskAgent: 'Kept with the user; nothing here asks for it.',
};

const groups: readonly (readonly [legend: string, roles: readonly PartnerRole[]])[] = [
  ['Referrals roles', ['referralsAdmin', 'referralsUser']],
  ['Other roles', ['adminAgent', 'salesAgent', 'helpdeskAgent']],
];

export const roleFields = (isChosen: (role: PartnerRole) => boolean) =>
  groups.map(
    ([legend, roles]) => html`<fieldset><legend>${legend}</legend>
${checkFields(
  roles.map((value) => ({ value, label: partnerRoles[value], about: abouts[value] })),
  (name) => isChosen(name as PartnerRole),
)}</fieldset>
`,
  );

const allRoles = groups.flatMap(([, roles]) => roles);

export const rolesIn = (form: Form): readonly PartnerRole[] => allRoles.filter((role) => form.get(role) === 'yes');

export const rolesOf = ({ partnerRoles: own, directoryRoles }: User): string =>
  [...own.map((role) => partnerRoles[role]), ...(directoryRoles.length > 0 ? ['Administrator'] : [])].join(', ');
