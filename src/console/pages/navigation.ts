import type { AdministeredPart } from '../../domain/index.ts';
import { applicationsPath, newApplicationPath } from '../applications/paths.ts';
import { clockPath } from '../clock/paths.ts';
import { customersPath, newCustomerPath } from '../customers/paths.ts';
import { faultsPath, newFaultPath } from '../faults/paths.ts';
import { flowsPath } from '../flows/paths.ts';
import { keysPath } from '../keys/paths.ts';
import { newReferralPath, referralsPath } from '../referrals/paths.ts';
import { addUserPath, usersPath } from '../users/paths.ts';

/** A page that somebody may look for: in the navigation, in the settings, by the search. */
export interface ListedPage {
  readonly path: string;
  readonly title: string;
  /** What it is for, in a sentence. */
  readonly about: string;
  /** Other words somebody may look for it by. */
  readonly words: string;
  readonly part: AdministeredPart;
  readonly place: 'navigation' | 'search';
  /** Whether it is one of the account's settings too. */
  readonly isSetting?: true;
}

export const listedPages: readonly ListedPage[] = [
  {
    path: usersPath,
    title: 'User management',
    about: 'Users of the partner tenant: their roles, their second factor, their passwords.',
    words: 'referrals admin agent block reset',
    part: 'users',
    place: 'navigation',
    isSetting: true,
  },
  {
    path: addUserPath,
    title: 'Add user',
    about: 'A new work account with roles and a temporary password.',
    words: 'create new users',
    part: 'users',
    place: 'search',
  },
  {
    path: applicationsPath,
    title: 'App registrations',
    about: 'Applications: client ids, secrets, certificates, redirect addresses, permissions and consent.',
    words: 'azure portal entra client secret api permissions admin consent',
    part: 'applications',
    place: 'navigation',
  },
  {
    path: newApplicationPath,
    title: 'New registration',
    about: 'Registers an application.',
    words: 'app create client id',
    part: 'applications',
    place: 'search',
  },
  {
    path: customersPath,
    title: 'Customers',
    about: 'Tenants of customers: relationships with their roles, and applications consented for there.',
    words: 'gdap delegated admin privileges relationship tenant consent cpv',
    part: 'any',
    place: 'navigation',
  },
  {
    path: newCustomerPath,
    title: 'New customer',
    about: 'A customer, with a tenant of its own.',
    words: 'add create',
    part: 'any',
    place: 'search',
  },
  {
    path: referralsPath,
    title: 'Referrals',
    about: 'Leads of the partner: location, team and status.',
    words: 'engagements location team status',
    part: 'any',
    place: 'navigation',
  },
  {
    path: newReferralPath,
    title: 'New referral',
    about: 'A referral that came in.',
    words: 'add create lead',
    part: 'any',
    place: 'search',
  },
  {
    path: flowsPath,
    title: 'Flows',
    about: 'What was asked of the sandbox, check by check: which one refused, why, and what to do.',
    words: 'correlation id requests errors refused tokens aadsts live log',
    part: 'sandbox',
    place: 'navigation',
  },
  {
    path: clockPath,
    title: 'Clock',
    about: 'The sandbox’s time: moved, set, frozen.',
    words: 'time advance freeze days expire date',
    part: 'sandbox',
    place: 'navigation',
  },
  {
    path: faultsPath,
    title: 'Faults',
    about: 'What goes wrong next: delays, errors, throttling, cut connections.',
    words: 'fail error throttle retry-after 429 503 delay drop',
    part: 'sandbox',
    place: 'navigation',
  },
  {
    path: newFaultPath,
    title: 'New fault',
    about: 'Makes the next requests of an endpoint fail, or late.',
    words: 'add create error throttle delay',
    part: 'sandbox',
    place: 'search',
  },
  {
    path: keysPath,
    title: 'Keys',
    about: 'What tokens are signed with, and rotation.',
    words: 'signing kid jwks rotate certificate',
    part: 'sandbox',
    place: 'navigation',
  },
  {
    path: '/console/not-modelled',
    title: 'What is not modelled',
    about: 'What Partner Center and Entra have and this sandbox has not.',
    words: 'missing limits differences',
    part: 'any',
    place: 'navigation',
  },
];

/** Pages whose title, purpose or words hold every word of the search; those whose title does come first. */
export function pagesFound(pages: readonly ListedPage[], search: string): readonly ListedPage[] {
  const words = search.toLowerCase().split(/\s+/);
  const holds = (text: string) => words.every((word) => text.toLowerCase().includes(word));
  const found = pages.filter(({ title, about, words: others }) => holds(`${title} ${about} ${others}`));
  return [...found.filter(({ title }) => holds(title)), ...found.filter(({ title }) => !holds(title))];
}
