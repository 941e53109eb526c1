import { type Environment, environments } from '../../protocol/environments.ts';
import { type Resource, type ResourceName, resourceOfAudience } from '../../protocol/resources.ts';

/** Whom a token is for, in a person's words. */
export const resourceTitles: Readonly<Record<ResourceName, string>> = {
  'partner-center': 'Partner Center',
  partner: 'the partner API (Referrals, price sheets)',
  graph: 'Microsoft Graph',
  arm: 'Azure Resource Manager',
  exchange: 'Exchange Online',
};

/** In this cloud, or else in the one that has it. */
export function resourceAnywhere(
  environment: Environment,
  audience: string,
): { readonly resource: Resource; readonly cloud: Environment } | undefined {
  for (const cloud of [environment, ...Object.values(environments)]) {
    const resource = resourceOfAudience(cloud, audience);
    if (resource) return { resource, cloud };
  }
  return undefined;
}
