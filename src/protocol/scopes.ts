/** Scopes of OpenID Connect: they belong to no resource. */
export const oidcScopes: ReadonlySet<string> = new Set(['openid', 'profile', 'email', 'offline_access']);

/** Space-separated scopes, each once, in the order given (RFC 6749 section 3.3). */
export const scopesOf = (scope: string): readonly string[] => [
  ...new Set(scope.split(/\s+/).filter((part) => part !== '')),
];

export interface ResourceScope {
  /** As written, a trailing slash of the resource included: the token's audience keeps it. */
  readonly resource: string;
  /** `.default`, or a permission's name. */
  readonly permission: string;
}

/**
 * Splits `https://host/permission` and `{application id}/permission` at the last slash. A resource that ends with a
 * slash doubles it: `https://management.core.windows.net//.default`. Undefined when there is no resource before it.
 */
export function resourceScopeOf(scope: string): ResourceScope | undefined {
  const slash = scope.lastIndexOf('/');
  const resource = scope.slice(0, Math.max(slash, 0));
  const permission = scope.slice(slash + 1);
  return resource === '' || permission === '' || resource.endsWith(':/') ? undefined : { resource, permission };
}
