import { createRemoteJWKSet, customFetch } from 'jose';
import type { Awaitable } from '../base/awaitable.ts';
import { type Clock, stopwatch } from '../base/clock.ts';
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
  /** Seconds between fetches caused by unknown kids; default 20, so that a key may sign half a minute after another. */
  readonly coolDownSeconds?: number;
  /** Seconds a source that failed is left alone; default 30, so that it is back as soon as callers are told to come again. */
  readonly retrySeconds?: number;
  /** Seconds a set may be used beyond its age while the issuer cannot be reached; default one day. */
  readonly staleSeconds?: number;
  /** One line for the log: a refused key, a failed fetch. */
  readonly warn: (message: string, detail: Readonly<Record<string, unknown>>) => void;
}

const fetchSeconds = 5;
const maximumBytes = 1_048_576;
/** From this part of its age on, a set is fetched again in the background, so that no caller waits for it. */
const refreshAhead = 0.8;

/**
 * An issuer's published keys, through jose's remote key set (one fetch at a time, redirects refused, five seconds), with
 * what it lacks: a set that has grown old is still used while the issuer is down, and a source that fails is left alone
 * for a while. Unknown kids cause at most one fetch per cool-down, counted by time alone, so random kids cannot drive
 * traffic to the issuer. Time is what has passed: a clock that is set back does not keep a set for longer.
 */
export function remoteKeys(options: RemoteKeysOptions): KeySource {
  const { clock, url, algorithms, warn, maximumAgeSeconds = 600, staleSeconds = 86_400 } = options;
  const { coolDownSeconds = 20, retrySeconds = 30 } = options;
  const passed = stopwatch(clock);
  const remote = createRemoteJWKSet(url, {
    timeoutDuration: fetchSeconds * 1000,
    [customFetch]: (address: string, init: RequestInit) => limitedFetch(options.fetch, address, init),
  });

  let kept: { keySet: KeySet; fetchedAt: number } | undefined;
  let nextAttemptAt = 0;
  let failures = 0;
  let underWay: Promise<void> | undefined;

  async function refresh(): Promise<void> {
    const startedAt = passed();
    nextAttemptAt = startedAt + coolDownSeconds;
    try {
      await remote.reload();
      const keySet = keySetOf(remote.jwks(), algorithms);
      if (!keySet || keySet.keys.length === 0) throw new Error('the key set holds no usable key');
      for (const { kid, reason } of keySet.refused) warn('A published key is not used', { url: url.href, kid, reason });
      kept = { keySet, fetchedAt: startedAt };
      failures = 0;
    } catch (cause) {
      failures += 1;
      nextAttemptAt = startedAt + retrySeconds;
      warn('The issuer’s keys could not be fetched', { url: url.href, reason: String(cause), failures });
    }
  }

  const attempt = (): Promise<void> => {
    underWay ??= refresh().finally(() => {
      underWay = undefined;
    });
    return underWay;
  };

  const usable = (now: number) => (kept && now - kept.fetchedAt <= maximumAgeSeconds + staleSeconds ? kept : undefined);

  /** The answer without another fetch: a kept key even when old, "no such key" only when the last fetch succeeded. */
  function settle(kid: string | undefined): VerificationKey | undefined {
    const current = usable(passed());
    const found = current && findKey(current.keySet, kid);
    if (!found && !(current && failures === 0)) {
      throw new KeysUnavailable(`The keys at ${url.href} are not available.`);
    }
    return found;
  }

  return {
    find(kid) {
      const now = passed();
      const current = usable(now);
      const found = current && findKey(current.keySet, kid);
      const age = current ? now - current.fetchedAt : Number.POSITIVE_INFINITY;
      const mayFetch = underWay !== undefined || now >= nextAttemptAt;
      // A source that failed the last time is asked in the background: nobody waits for it while a key is at hand.
      if (found && (age <= maximumAgeSeconds || failures > 0)) {
        if (age > maximumAgeSeconds * refreshAhead && mayFetch) void attempt();
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
