import type { AdministeredPart } from '../../domain/index.ts';
import { applicationsPath, newApplicationPath } from '../applications/paths.ts';
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
