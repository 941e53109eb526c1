import { requestedScopes } from '../../../client/requested-scopes.ts';
import type { Environment } from '../../../protocol/environments.ts';
import { partnerCode } from '../../../protocol/partner-codes.ts';
import {
  audienceName,
  audiencesOf,
  azureAdGraphApplicationId,
  type ResourceName,
  resourceIn,
} from '../../../protocol/resources.ts';
import { exitCodes } from '../../exit-codes.ts';
import { type Check, type Finding, failed, ok, warning } from '../check.ts';
import { readToken } from '../read-token.ts';
import { resourceAnywhere, resourceTitles } from '../resources.ts';

/** Whom the token is for: what was asked for, and the host that takes it. */
export const audience: Check = {
  name: 'audience',
  run: async (examination) => {
    const { claims, plan, environment } = await readToken(examination);
    const { request, namesResource } = examination;
    const isSaid = namesResource && (request.scopes ?? request.resource) !== undefined;
    const named = isSaid ? requestedScopes(environment, request, 'user').resource : undefined;
    return audienceFinding(environment, { audience: claims.audience, asked: plan ? plan.resource : named });
  },
};

export interface Audiences {
  readonly audience: string | undefined;
  /** Undefined: nobody said. */
  readonly asked: string | undefined;
}

function audienceFinding(environment: Environment, { audience, asked }: Audiences): Finding {
  const nextStep = partnerCode('900420')?.nextStep;
  if (audience === undefined) return failed(exitCodes.refused, 'The token names no audience.', nextStep);
  const name = audienceName(audience);
  if (asked !== undefined && !audiencesOf(environment, asked).has(name)) {
    return failed(exitCodes.refused, `The token is for ${audience}, and ${asked} was asked for.`, nextStep);
  }
  if (name === azureAdGraphApplicationId || name === audienceName(environment.azureAdGraph)) {
    return failed(
      exitCodes.refused,
      'The token is for Azure AD Graph, which Partner Center no longer takes.',
      nextStep,
    );
  }
  const known = resourceAnywhere(environment, audience);
  if (!known && asked !== undefined) return ok(`For ${audience}, as asked.`);
  if (!known) return warning(`The token is for ${audience}, which is none of the partner APIs.`, nextStep);
  const { resource, cloud } = known;
  const title = resourceTitles[resource.name];
  if (cloud !== environment) {
    const found = `The token is for ${title} in ${cloud.name}, and the environment is ${environment.name}.`;
    return failed(
      exitCodes.configuration,
      found,
      `Give --environment ${cloud.name}, or sign in for ${environment.name}.`,
    );
  }
  return ok(`For ${title}, ${resource.identifier}${notOf(environment, resource.name)}.`);
}

/** Each of the two partner hosts refuses the other’s tokens, and they are easily taken for one. */
const otherHost: Partial<Record<ResourceName, ResourceName>> = {
  'partner-center': 'partner',
  partner: 'partner-center',
};

function notOf(environment: Environment, name: ResourceName): string {
  const other = otherHost[name];
  const identifier = other && resourceIn(environment, other)?.identifier;
  return identifier === undefined ? '' : `; not for ${identifier}`;
}
