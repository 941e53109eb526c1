import { entraIssuers, type KeysOf, type Log } from '../authority/index.ts';
import { systemClock } from '../base/clock.ts';
import type { DirectoryData } from '../domain/index.ts';
import type { KeySource } from '../jwt/index.ts';
import { discoveredKeys } from '../verify/discovered-keys.ts';

type Named = Pick<DirectoryData, 'applications' | 'tenants'>;

export interface FederatedKeysParts {
  /** Another object once a tenant or an application is another. */
  readonly world: { named(): Named };
  /** The origins the authority answers at: at each it is an issuer for every tenant. */
  readonly origins: readonly string[];
  readonly ownKeys: KeySource;
  readonly fetch: typeof fetch;
  readonly warn: Log['warn'];
}

/**
 * Who may vouch for an application: the authority itself, by the keys at hand, and the issuers that federated credentials
 * name. Nobody else is ever asked for keys, whatever a token says. Their documents age by the machine's clock, since they
 * come from outside.
 */
export function federatedKeys(parts: FederatedKeysParts): KeysOf {
  let directory = parts.world.named();
  let keysOf = keysNamedIn(directory, parts);
  return (issuer) => {
    const current = parts.world.named();
    if (current !== directory) {
      directory = current;
      keysOf = keysNamedIn(directory, parts);
    }
    return keysOf(issuer);
  };
}

function keysNamedIn(directory: Named, { origins, ownKeys, fetch, warn }: FederatedKeysParts): KeysOf {
  const issuersOf = origins.flatMap((origin) => directory.tenants.map(({ id }) => entraIssuers(origin, id)));
  const own = new Set(issuersOf.flatMap(({ v1, v2 }) => [v1, v2]));
  const named = directory.applications.flatMap((application) => application.federatedIdentityCredentials);
  const others = new Map(
    named
      .filter(({ issuer }) => !own.has(issuer))
      .map(({ issuer }) => [
        issuer,
        discoveredKeys({ issuer, algorithms: ['RS256'], fetch, clock: systemClock, warn }),
      ]),
  );
  return (issuer) => {
    const keys = own.has(issuer) ? ownKeys : others.get(issuer);
    return keys && { keys, isEntra: keys === ownKeys };
  };
}
