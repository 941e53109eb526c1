import { AuthError } from '../errors.ts';
import { type AuthorizeAnswer, type ExpectedAnswer, isSuccess, type Outcome } from './answer.ts';
import { type ListenerOptions, listenOnLoopback } from './listener.ts';
import type { Refusal } from './navigation.ts';
import { type Reception, respond } from './respond.ts';

/**
 * The redirect address of a native application (RFC 8252 section 7.3): a listener on this machine's loopback addresses that
 * takes the answer to one sign-in from a browser, in a query. Asking the authority, opening the browser and redeeming the
 * code are the grant's.
 */

export type { AuthorizeAnswer, ExpectedAnswer } from './answer.ts';

export interface LoopbackOptions {
  /** Default: the first free one from 8400 to 8999. */
  readonly port?: number | undefined;
  /** Ends the wait and closes the port. */
  readonly signal?: AbortSignal | undefined;
}

export interface WaitOptions extends ExpectedAnswer {
  /** Default 300, which is also the most: nothing listens for longer. */
  readonly timeoutSeconds?: number | undefined;
}

export interface Loopback extends AsyncDisposable {
  readonly port: number;
  /** `http://localhost:PORT`, without a path: an application registers `http://localhost`. */
  readonly redirectUri: string;
  /**
   * Waits for the one answer that belongs to this sign-in; to be called once, and before the browser is opened. Everything
   * else that comes is refused and changes nothing, also an answer with the right state and a wrong `iss`.
   *
   * The browser is sent on to a page of ours, so that its address bar and its history no longer hold the code. Until it is
   * there, or for two seconds, the port stays open, and a second answer gets 404. Then the port is closed, and only then
   * this resolves or rejects. Throws `AuthError`: what the authority refused (`access_refused`, `consent_needed`,
   * `sign_in_needed`, …), `timed_out`, `aborted`.
   */
  wait(options: WaitOptions): Promise<AuthorizeAnswer>;
  /** Closes the port; a wait rejects with `aborted`. */
  close(): Promise<void>;
}

const maximumWaitSeconds = 300;
/** For the browser to come to the last page. */
const graceMilliseconds = 2_000;

/**
 * Binds the port on 127.0.0.1 and ::1, and nowhere else, before anyone is told of it. Throws `AuthError`: `configuration`
 * when it cannot be had, `invalid_parameters` when it is no port, `aborted`.
 */
export async function openLoopback({ port, signal }: LoopbackOptions = {}): Promise<Loopback> {
  let reception: Reception | undefined;
  const end = Promise.withResolvers<Outcome>();
  const listener = await listenOnLoopback(
    (incoming, outgoing) => respond(reception, incoming, outgoing),
    listenerOptions(port),
  );
  const close = async (): Promise<void> => {
    end.resolve(aborted(signal));
    signal?.removeEventListener('abort', close);
    await listener.close();
  };
  signal?.addEventListener('abort', close);
  if (signal?.aborted) {
    await close();
    throw aborted(signal);
  }
  const wait = async (options: WaitOptions): Promise<AuthorizeAnswer> => {
    if (reception) throw new TypeError('One loopback takes the answer to one sign-in.');
    const timed = timedReception(options, end.resolve);
    reception = timed.reception;
    const outcome = await end.promise;
    timed.stop();
    await close();
    if (isSuccess(outcome)) return outcome;
    throw outcome;
  };
  return {
    port: listener.port,
    redirectUri: `http://localhost:${listener.port}`,
    wait: (options) => {
      const answer = wait(options);
      // It may reject while the caller still opens the browser.
      answer.catch(() => {});
      return answer;
    },
    close,
    [Symbol.asyncDispose]: close,
  };
}

/** A reception that ends by its page, by the grace after its answer, or by the time limit. */
function timedReception(
  { timeoutSeconds = maximumWaitSeconds, ...expected }: WaitOptions,
  end: (outcome: Outcome) => void,
): { readonly reception: Reception; readonly stop: () => void } {
  const seconds = Math.min(timeoutSeconds, maximumWaitSeconds);
  const reception: Reception = {
    expected,
    outcome: undefined,
    refusal: undefined,
    onAnswer: (outcome) => void timers.push(setTimeout(() => end(outcome), graceMilliseconds)),
    onShown: end,
  };
  const limit = () => end(reception.outcome ?? timedOut(seconds, reception.refusal));
  const timers = [setTimeout(limit, seconds * 1_000)];
  return { reception, stop: () => timers.forEach(clearTimeout) };
}

function listenerOptions(port: number | undefined): ListenerOptions {
  if (port === undefined) return {};
  if (Number.isInteger(port) && port >= 1 && port <= 65_535) return { ports: { first: port, last: port } };
  throw new AuthError('invalid_parameters', `The redirect port ${port} is no port.`, {
    hint: 'Give a whole number from 1 to 65535 as --redirect-port (redirectPort), or leave it out.',
  });
}

const aborted = (signal: AbortSignal | undefined): AuthError =>
  new AuthError('aborted', 'The sign-in was ended by its caller.', { cause: signal?.reason });

const timedOut = (seconds: number, refusal: Refusal | undefined): AuthError =>
  new AuthError('timed_out', `No answer to the sign-in came from the browser within ${seconds} seconds.`, {
    reason: refusal && `The last answer that came was refused: ${refusal.reason}.`,
    hint: 'Sign in again; where no browser can reach this machine, use --use-device-authentication (useDeviceAuthentication).',
  });
