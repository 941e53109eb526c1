import { createRemoteJWKSet, customFetch } from 'jose';
import type { Awaitable } from '../base/awaitable.ts';
import type { Clock } from '../base/clock.ts';
import type { Algorithm } from './algorithms.ts';
import { type KeySet, keySetOf, type VerificationKey } from './verification-keys.ts';

/** Where an issuer's keys come from. `undefined`: no such key. Throws or rejects with `KeysUnavailable` when
 * that cannot be known. */
export interface KeySource {
  find(kid: string | undefined): Awaitable<VerificationKey | undefined>;
}

/** The issuer's keys could not be fetched and no kept copy is young enough: not the caller's fault. */
export class KeysUnavailable extends Error {
  override readonly name = 'KeysUnavailable';
}

/** `kid` absent finds the only key of a set that has one; never one of several. */
export const findKey = ({ keys }: KeySet, kid: string | undefined): VerificationKey | undefined =>
  kid === undefined ? (keys.length === 1 ? keys[0] : undefined) : keys.find((key) => key.kid === kid);

/** Keys known beforehand. */
export const localKeys = (keySet: KeySet): KeySource => ({ find: (kid) => findKey(keySet, kid) });

export interface RemoteKeysOptions {
  readonly url: URL;
  readonly algorithms: readonly Algorithm[];
  readonly fetch: typeof fetch;
  readonly clock: Clock;
  /** Seconds a fetched set counts as fresh; default 600. */
  readonly maximumAgeSeconds?: number;
  /** Seconds between fetches caused by unknown kids, and the first wait after a failure; default 30. */
  readonly coolDownSeconds?: number;
  /** Seconds a set may be used beyond its age while the issuer cannot be reached; default one day. */
  readonly staleSeconds?: number;
  /** One line for the log: a refused key, a failed fetch. */
  readonly warn: (message: string, detail: Readonly<Record<string, unknown>>) => void;
}

const fetchSeconds = 5;
const maximumBytes = 1_048_576;
const maximumBackOffSeconds = 300;
/** From this part of its age on, a set is fetched again in the background, so that no caller waits for it. */
const refreshAhead = 0.8;

/**
 * An issuer's published keys, through jose's remote key set (one fetch at a time, redirects refused, five seconds), with
 * what it lacks: a set that has grown old is still used while the issuer is down, and a source that fails is left alone
 * for a doubling time. Unknown kids cause at most one fetch per cool-down, counted by time alone, so random kids cannot
 * drive traffic to the issuer.
 */
export function remoteKeys(options: RemoteKeysOptions): KeySource {
  const { clock, url, algorithms, warn } = options;
  const maximumAge = (options.maximumAgeSeconds ?? 600) * 1000;
  const coolDown = (options.coolDownSeconds ?? 30) * 1000;
  const stale = (options.staleSeconds ?? 86_400) * 1000;
  const remote = createRemoteJWKSet(url, {
    timeoutDuration: fetchSeconds * 1000,
    [customFetch]: (address: string, init: RequestInit) => limitedFetch(options.fetch, address, init),
  });

  let kept: { keySet: KeySet; fetchedAt: number } | undefined;
  let nextAttemptAt = 0;
  let failures = 0;
  let underWay: Promise<void> | undefined;

  async function refresh(): Promise<void> {
    const startedAt = clock.now().getTime();
    nextAttemptAt = startedAt + coolDown;
    try {
      await remote.reload();
      const keySet = keySetOf(remote.jwks(), algorithms);
      if (!keySet || keySet.keys.length === 0) throw new Error('the key set holds no usable key');
      for (const { kid, reason } of keySet.refused) warn('A published key is not used', { url: url.href, kid, reason });
      kept = { keySet, fetchedAt: startedAt };
      failures = 0;
    } catch (cause) {
      failures += 1;
      nextAttemptAt = startedAt + Math.min(coolDown * 2 ** (failures - 1), maximumBackOffSeconds * 1000);
      warn('The issuer’s keys could not be fetched', { url: url.href, reason: String(cause), failures });
    }
  }

  const attempt = (): Promise<void> => {
    underWay ??= refresh().finally(() => {
      underWay = undefined;
    });
    return underWay;
  };

  const usable = (now: number) => (kept && now - kept.fetchedAt <= maximumAge + stale ? kept : undefined);

  /** The answer without another fetch: a kept key even when old, "no such key" only when the last fetch succeeded. */
  function settle(kid: string | undefined): VerificationKey | undefined {
    const current = usable(clock.now().getTime());
    const found = current && findKey(current.keySet, kid);
    if (!found && !(current && failures === 0)) {
      throw new KeysUnavailable(`The keys at ${url.href} are not available.`);
    }
    return found;
  }

  return {
    find(kid) {
      const now = clock.now().getTime();
      const current = usable(now);
      const found = current && findKey(current.keySet, kid);
      const age = current ? now - current.fetchedAt : Number.POSITIVE_INFINITY;
      const mayFetch = underWay !== undefined || now >= nextAttemptAt;
      // A source that failed the last time is asked in the background: nobody waits for it while a key is at hand.
      if (found && (age <= maximumAge || failures > 0)) {
        if (age > maximumAge * refreshAhead && mayFetch) void attempt();
        return found;
      }
      return mayFetch ? attempt().then(() => settle(kid)) : settle(kid);
    },
  };
}

/** Reads at most one megabyte and follows no redirect: an issuer's documents are a few kilobytes at their own address. */
export async function limitedFetch(fetchKeys: typeof fetch, address: string, init: RequestInit): Promise<Response> {
  const response = await fetchKeys(address, { ...init, redirect: 'error' });
  if (!response.body) return response;
  const pieces: Uint8Array[] = [];
  let size = 0;
  for await (const piece of response.body as AsyncIterable<Uint8Array>) {
    size += piece.length;
    if (size > maximumBytes) throw new Error(`the document is larger than ${maximumBytes} bytes`);
    pieces.push(piece);
  }
  return new Response(Buffer.concat(pieces), { status: response.status, headers: response.headers });
}
