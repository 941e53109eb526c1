import { setTimeout as delay } from 'node:timers/promises';
import { type Clock, systemClock } from '../base/clock.ts';
import { type Random, systemRandom } from '../base/random.ts';
import type { DeviceAuthorization } from '../protocol/device.ts';
import { trustingFetch } from './trusting-fetch.ts';

/** One line of the story of a call: for `--verbose`, a log, a test. Never holds a secret. */
export interface CallEvent {
  readonly method: string;
  /** Without query. */
  readonly url: string;
  /** Undefined when no answer came. */
  readonly status: number | undefined;
  readonly milliseconds: number;
  readonly correlationId: string | undefined;
}

/** A sign-in in the browser: what is to be opened, and where the browser comes back to. */
export interface BrowserAddress {
  /** Holds no secret. */
  readonly url: string;
  /** `http://localhost:PORT`; the application has to have `http://localhost` registered for mobile and desktop. */
  readonly redirectUri: string;
}

/** What a caller may set for any call. */
export interface CallOptions {
  readonly clock?: Clock | undefined;
  readonly random?: Random | undefined;
  /**
   * Default: the global one, or for the sandbox one that trusts its certificate authority. A proxy is a `fetch` of one's
   * own (`examples/proxy.ts`), or Node's `http.setGlobalProxyFromEnv()`.
   */
  readonly fetch?: typeof fetch | undefined;
  readonly signal?: AbortSignal | undefined;
  /** Seconds for one request and its answer; default 30. */
  readonly timeoutSeconds?: number | undefined;
  /** Seconds for the whole call, its tries and the waits between them; default 90. */
  readonly deadlineSeconds?: number | undefined;
  /** How often a request is tried before its failure is the call's, 1 or more; default 4. */
  readonly attempts?: number | undefined;
  /** Sentences for a person. Default: nothing. */
  readonly onWarning?: ((warning: string) => void) | undefined;
  readonly onRequest?: ((event: CallEvent) => void) | undefined;
  /**
   * Opens the browser for a sign-in. Default: the system's own; where that cannot be started, a warning says the address.
   */
  readonly openBrowser?: ((address: BrowserAddress) => void | Promise<void>) | undefined;
  /** Shows a device code to whoever is to sign in; without it there is no sign-in by device code. */
  readonly onDeviceCode?: ((device: DeviceAuthorization) => void) | undefined;
  /** Waits between attempts. Default: a timer. */
  readonly sleep?: ((seconds: number, signal: AbortSignal | undefined) => Promise<void>) | undefined;
  /** Path of the sandbox's environment file; default: `PARTNER_AUTH_ENVIRONMENT_FILE`, else its data folder. */
  readonly environmentFile?: string | undefined;
}

/** What the command sets besides. */
export interface CommandCallOptions extends CallOptions {
  /** In place of the global one, where nothing else is given or trusted. */
  readonly usualFetch?: typeof fetch | undefined;
}

/** Everything a call needs from outside, resolved. */
export interface ClientContext {
  readonly clock: Clock;
  readonly random: Random;
  /** Undefined: the caller left the choice to the environment. */
  readonly fetch: typeof fetch | undefined;
  readonly signal: AbortSignal | undefined;
  readonly timeoutSeconds: number;
  readonly deadlineSeconds: number;
  readonly attempts: number;
  readonly warn: (warning: string) => void;
  readonly onRequest: (event: CallEvent) => void;
  readonly openBrowser: (address: BrowserAddress) => void | Promise<void>;
  readonly onDeviceCode: ((device: DeviceAuthorization) => void) | undefined;
  readonly sleep: (seconds: number, signal: AbortSignal | undefined) => Promise<void>;
  readonly environmentFile: string | undefined;
  /** The fetch that trusts what the process trusts. */
  readonly usualFetch: () => typeof fetch;
  /** A fetch for an environment with a certificate authority of its own, by that authority's PEM. */
  readonly trusting: (caPem: string) => typeof fetch;
}

const nothing = () => {};

const systemBrowser =
  (warn: (warning: string) => void) =>
  async ({ url }: BrowserAddress): Promise<void> => {
    try {
      const { openBrowser } = await import('./browser.ts');
      await openBrowser(url);
    } catch (error) {
      warn(`${error instanceof Error ? error.message : String(error)} Open this address to sign in: ${url}`);
    }
  };

const timer = async (seconds: number, signal: AbortSignal | undefined): Promise<void> => {
  await delay(seconds * 1000, undefined, signal ? { signal } : {});
};

export const clientContext = (options: CommandCallOptions): ClientContext => ({
  clock: options.clock ?? systemClock,
  random: options.random ?? systemRandom,
  fetch: options.fetch,
  signal: options.signal,
  timeoutSeconds: options.timeoutSeconds ?? 30,
  deadlineSeconds: options.deadlineSeconds ?? 90,
  attempts: options.attempts ?? 4,
  warn: options.onWarning ?? nothing,
  onRequest: options.onRequest ?? nothing,
  openBrowser: options.openBrowser ?? systemBrowser(options.onWarning ?? nothing),
  onDeviceCode: options.onDeviceCode,
  sleep: options.sleep ?? timer,
  environmentFile: options.environmentFile,
  usualFetch: () => options.usualFetch ?? globalThis.fetch,
  trusting: trustingFetch,
});
