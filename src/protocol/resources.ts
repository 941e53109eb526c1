import type { Environment } from './environments.ts';

/** What a token can be asked for by a short name: the audience, the host it opens, and its form on the v1 and v2 wire. */
export type ResourceName = 'partner-center' | 'partner' | 'graph' | 'arm' | 'exchange';

/** Application ids of the resources, the same in every cloud. */
export const resourceApplicationIds = {
  'partner-center': 'fa3d9a0c-3fb0-42cc-9193-47c7ecd2edbd',
  partner: '4990cffe-04e8-4e8b-808a-1175604b879f',
  graph: '00000003-0000-0000-c000-000000000000',
  arm: '797f4846-ba00-4fd7-ba43-dac1f8f63013',
  exchange: '00000002-0000-0ff1-ce00-000000000000',
} as const satisfies Record<ResourceName, string>;

/** What some tenants show a resource as, besides its name. */
export const otherResourceNames: Readonly<Record<string, string>> = {
  [resourceApplicationIds.partner]: 'Microsoft Dev Center',
};

/** Azure AD Graph: retired as a resource, still an audience of the legacy exchange where that is switched on. */
export const azureAdGraphApplicationId = '00000002-0000-0000-c000-000000000000';

export const resourceNames = Object.keys(resourceApplicationIds) as readonly ResourceName[];

export interface Resource {
  readonly name: ResourceName;
  readonly applicationId: string;
  /** The audience, and the `resource` parameter of v1. */
  readonly identifier: string;
  /** Where requests with the token go. */
  readonly host: string;
  /** All permissions consented beforehand: the only form client credentials can ask for. */
  readonly defaultScope: string;
  /** The delegated permission, where the resource has the one called `user_impersonation`. */
  readonly userScope: string;
}

interface ResourceEntry {
  readonly identifier: (environment: Environment) => string | undefined;
  readonly delegatedPermission: string;
}

const table: Readonly<Record<ResourceName, ResourceEntry>> = {
  'partner-center': {
    identifier: (environment) => environment.partnerCenter,
    delegatedPermission: 'user_impersonation',
  },
  partner: { identifier: (environment) => environment.partner, delegatedPermission: 'user_impersonation' },
  graph: { identifier: (environment) => environment.graph, delegatedPermission: '.default' },
  arm: { identifier: (environment) => environment.azureManagement, delegatedPermission: 'user_impersonation' },
  exchange: { identifier: (environment) => environment.exchange, delegatedPermission: '.default' },
};

/** The resource in this cloud, or undefined when the cloud does not offer it. */
export function resourceIn(environment: Environment, name: ResourceName): Resource | undefined {
  const entry = table[name];
  const identifier = entry.identifier(environment);
  if (identifier === undefined) return undefined;
  return {
    name,
    applicationId: resourceApplicationIds[name],
    identifier,
    host: environment.apiOrigin ?? identifier,
    defaultScope: `${identifier}/.default`,
    userScope: `${identifier}/${entry.delegatedPermission}`,
  };
}

/**
 * The resource a text names, as a token's audience does: by its identifier, with or without a slash at its end, or by its
 * application id, in any letter case.
 */
export function resourceOfAudience(environment: Environment, audience: string): Resource | undefined {
  const name = audienceName(audience);
  return resourceNames
    .map((each) => resourceIn(environment, each))
    .find((resource) => resource && (audienceName(resource.identifier) === name || resource.applicationId === name));
}

/** The names a token may carry for what was asked for, each as `audienceName` writes it. */
export function audiencesOf(environment: Environment, asked: string): ReadonlySet<string> {
  const known = resourceOfAudience(environment, asked);
  return new Set(known ? [audienceName(known.identifier), known.applicationId] : [audienceName(asked)]);
}

/** One spelling for all of an audience's. */
export const audienceName = (text: string): string => text.toLowerCase().replace(/\/+$/, '');
