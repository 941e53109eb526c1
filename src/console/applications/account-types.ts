import type { SignInAudience, Tenant } from '../../domain/index.ts';
import type { Choice } from '../pages/fields.ts';

const labels: Readonly<Record<SignInAudience, string>> = {
  AzureADMyOrg: 'Single Tenant',
  AzureADMultipleOrgs: 'Multiple tenants',
  AzureADandPersonalMicrosoftAccount: 'Multiple tenants and personal Microsoft accounts',
  PersonalMicrosoftAccount: 'Personal Microsoft accounts only',
};

const abouts = ({ displayName }: Tenant): Readonly<Record<SignInAudience, string>> => ({
  AzureADMyOrg: `Accounts of ${displayName} only.`,
  AzureADMultipleOrgs: 'Accounts of any organization that consents: what reaches into customers’ tenants needs it.',
  AzureADandPersonalMicrosoftAccount: 'Personal accounts are not modelled here: accounts of any organization.',
  PersonalMicrosoftAccount: 'Personal accounts are not modelled here: nobody can sign in.',
});

const offered: readonly SignInAudience[] = [
  'AzureADMyOrg',
  'AzureADMultipleOrgs',
  'AzureADandPersonalMicrosoftAccount',
];

/** What may be chosen, and what is chosen already. */
export const accountTypes = (tenant: Tenant, chosen: SignInAudience): readonly Choice[] =>
  [...new Set([...offered, chosen])].map((value) => ({ value, label: labels[value], about: abouts(tenant)[value] }));

export const accountTypeIn = (text: string | undefined): SignInAudience | undefined =>
  (Object.keys(labels) as SignInAudience[]).find((name) => name === text);

export const accountTypeName = (audience: SignInAudience): string => labels[audience];
