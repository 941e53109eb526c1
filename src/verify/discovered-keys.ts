import { type Clock, stopwatch } from '../base/clock.ts';
import { deadline } from '../base/deadline.ts';
import { singleFlight } from '../base/single-flight.ts';
import { type Algorithm, type KeySource, KeysUnavailable, limitedFetch, remoteKeys } from '../jwt/index.ts';
import { decodeDiscoveredKeys } from '../protocol/discovery.ts';

export interface DiscoveredKeysOptions {
  /** As it stands in `iss`; the discovery document lies under it (OpenID Connect Discovery 1.0, section 4). */
  readonly issuer: string;
  readonly algorithms: readonly Algorithm[];
  readonly fetch: typeof fetch;
  readonly clock: Clock;
  /** Seconds an issuer that failed is left alone, and between fetches caused by unknown kids; default 10. */
  readonly coolDownSeconds?: number;
  readonly warn: (message: string, detail: Readonly<Record<string, unknown>>) => void;
}

const discoverySeconds = 5;

/**
 * The keys of an issuer known by its name alone. Nothing is fetched before the first token; discovery and the key set take
 * at most five seconds each. Where the keys are is asked once: an issuer that moves them is found after a restart.
 */
export function discoveredKeys(options: DiscoveredKeysOptions): KeySource {
  const { issuer, clock, warn, coolDownSeconds = 10 } = options;
  let keys: KeySource | undefined;
  const passed = stopwatch(clock);
  let nextAttemptAt = 0;

  const shared = singleFlight<KeySource>();
  const discover = async () => {
    const now = passed();
    if (now < nextAttemptAt) throw unavailable(issuer);
    try {
      keys = remoteKeys({
        ...options,
        coolDownSeconds,
        retrySeconds: coolDownSeconds,
        url: await keysAddress(options),
      });
      return keys;
    } catch (cause) {
      nextAttemptAt = now + coolDownSeconds;
      warn('The issuer’s discovery document could not be fetched', { issuer, reason: String(cause) });
      throw unavailable(issuer);
    }
  };

  return { find: async (kid) => (keys ?? (await shared(issuer, discover))).find(kid) };
}

const unavailable = (issuer: string): KeysUnavailable =>
  new KeysUnavailable(`The keys of ${issuer} are not available.`);

async function keysAddress({ issuer, fetch }: DiscoveredKeysOptions): Promise<URL> {
  const address = `${issuer.replace(/\/$/, '')}/.well-known/openid-configuration`;
  const response = await limitedFetch(fetch, address, { signal: deadline(discoverySeconds) });
  if (response.status !== 200) throw new Error(`it answered with ${response.status}`);
  const found = decodeDiscoveredKeys(await response.text());
  if (found.issuer !== issuer) throw new Error('it names another issuer');
  const url = new URL(found.jwksUri);
  // Keys fetched in clear could be anybody's; an issuer on this machine that speaks plain HTTP has its own there.
  const isPlainAsItsIssuer = url.protocol === 'http:' && url.origin === new URL(issuer).origin;
  if (url.protocol !== 'https:' && !isPlainAsItsIssuer) throw new Error('its keys are not behind https');
  return url;
}
