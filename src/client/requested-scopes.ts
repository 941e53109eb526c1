import type { Environment } from '../protocol/environments.ts';
import { type Resource, type ResourceName, resourceIn, resourceNames } from '../protocol/resources.ts';
import { oidcScopes, resourceScopeOf, scopesOf } from '../protocol/scopes.ts';
import { AuthError } from './errors.ts';

/** What a token is asked for, in the caller's words: scopes, or a resource by short name or absolute URI. */
export interface Wanted {
  readonly scopes?: readonly string[] | undefined;
  readonly resource?: string | undefined;
}

export interface RequestedScopes {
  readonly scopes: readonly string[];
  /** The audience asked for, where the scopes name one. */
  readonly resource: string | undefined;
}

/**
 * Scopes for the v2 endpoint. `application` asks for what was consented beforehand (`.default`), the only form client
 * credentials have; `user` asks a preset for its delegated permission. A trailing slash of a URI is kept: the token's
 * audience keeps it too.
 */
export function requestedScopes(
  environment: Environment,
  wanted: Wanted,
  kind: 'application' | 'user',
): RequestedScopes {
  if (wanted.resource !== undefined && wanted.scopes !== undefined) {
    throw new AuthError('invalid_parameters', 'Give scopes or a resource, not both.');
  }
  if (wanted.resource !== undefined) {
    const preset = presetIn(environment, wanted.resource);
    const resource = preset?.identifier ?? absoluteResource(wanted.resource);
    const scope = preset && kind === 'user' ? preset.userScope : `${resource}/.default`;
    return { scopes: [scope], resource };
  }
  const scopes = (wanted.scopes ?? []).flatMap(scopesOf);
  if (scopes.length === 0) throw new AuthError('invalid_parameters', 'The scopes are empty.');
  return { scopes: [...new Set(scopes)], resource: scopes.map(resourceOf).find((resource) => resource !== undefined) };
}

const resourceOf = (scope: string): string | undefined =>
  oidcScopes.has(scope) ? undefined : resourceScopeOf(scope)?.resource;

/** The `resource` parameter of the v1 endpoint. */
export const requestedResource = (environment: Environment, resource: string): string =>
  presetIn(environment, resource)?.identifier ?? absoluteResource(resource);

function presetIn(environment: Environment, text: string): Resource | undefined {
  const name = resourceNames.find((each): each is ResourceName => each === text.toLowerCase());
  if (name === undefined) return undefined;
  const resource = resourceIn(environment, name);
  if (resource) return resource;
  const offered = resourceNames.filter((each) => resourceIn(environment, each));
  throw new AuthError('resource_not_offered', `${environment.name} does not offer the resource ${name}.`, {
    hint: `It offers ${offered.join(', ')}; any absolute URI is taken as well.`,
  });
}

function absoluteResource(text: string): string {
  if (/^[a-z][a-z0-9+.-]*:\/\/\S+$/i.test(text) && URL.canParse(text)) return text;
  throw new AuthError('invalid_parameters', `The resource '${text}' is no known name and no absolute URI.`, {
    hint: `Give one of ${resourceNames.join(', ')}, or an absolute URI such as https://api.partnercenter.microsoft.com.`,
  });
}
