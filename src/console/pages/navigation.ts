import type { AdministeredPart } from '../../domain/index.ts';

/** A page that somebody may look for: in the navigation, in the settings, by the search. */
export interface ListedPage {
  readonly path: string;
  readonly title: string;
  /** What it is for, in a sentence. */
  readonly about: string;
  /** Other words somebody may look for it by. */
  readonly words: string;
  readonly part: AdministeredPart;
  readonly place: 'navigation' | 'settings' | 'search';
}

export const listedPages: readonly ListedPage[] = [
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
