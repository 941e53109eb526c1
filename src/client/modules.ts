import type { ResourceName } from '../protocol/resources.ts';

/** What `-Module` stands for: an application everyone has, and the resource it is for. */
const modules = {
  ExchangeOnline: { applicationId: 'a0c73c16-a7e3-4564-9a95-2bdf47383716', resource: 'exchange' },
} as const satisfies Record<string, { applicationId: string; resource: ResourceName }>;

type ModuleName = keyof typeof modules;

export const moduleNamed = (text: string): ModuleName | undefined =>
  (Object.keys(modules) as ModuleName[]).find((name) => name.toLowerCase() === text.toLowerCase());
