import type { ResourceName } from '../protocol/resources.ts';
import { AuthError } from './errors.ts';

/** What `-Module` stands for: an application everyone has, and the resource it is for. */
const modules = {
  ExchangeOnline: { applicationId: 'a0c73c16-a7e3-4564-9a95-2bdf47383716', resource: 'exchange' },
} as const satisfies Record<string, { applicationId: string; resource: ResourceName }>;

/** Undefined: none was given. Throws `invalid_parameters` for one that does not exist. */
export function moduleGiven(text: string | undefined): { applicationId: string; resource: ResourceName } | undefined {
  if (text === undefined) return undefined;
  const name = (Object.keys(modules) as (keyof typeof modules)[]).find(
    (each) => each.toLowerCase() === text.toLowerCase(),
  );
  if (name) return modules[name];
  throw new AuthError('invalid_parameters', `There is no module '${text}'.`, {
    hint: `Give ${Object.keys(modules).join(' or ')}.`,
  });
}
