import { deadline } from '../base/deadline.ts';
import type { ClientContext } from './context.ts';
import { AuthError } from './errors.ts';
import { isLoopback } from './loopback-address.ts';

/** The only place of the client that speaks HTTP: one body each way, bounded in size and time, no redirects. */

export interface OutgoingRequest {
  readonly method: 'GET' | 'POST';
  readonly url: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body?: string | undefined;
  readonly correlationId?: string | undefined;
}

export interface Answer {
  readonly status: number;
  readonly headers: Headers;
  readonly text: string;
}

/** The `detail` of a refusal by the proxy, which it will repeat. */
export const proxyRefused = 'PROXY_REFUSED';

/** The largest answer read, in bytes. */
export const maximumAnswerBytes = 1_048_576;

/**
 * Sends and reads the whole answer, whatever its status. Throws `AuthError`: `redirect_refused`, `timed_out`,
 * `network`, `tls`, `answer_unreadable`, `aborted`, and `configuration` for plain HTTP beyond this machine.
 */
export async function send(context: ClientContext, fetchIt: typeof fetch, request: OutgoingRequest): Promise<Answer> {
  const { host } = secureUrl(request.url);
  const startedAt = performance.now();
  const signal = deadline(context.timeoutSeconds, context.signal);
  let status: number | undefined;
  try {
    const response = await fetchIt(request.url, {
      method: request.method,
      headers: { ...request.headers },
      redirect: 'manual',
      signal,
      ...(request.body === undefined ? {} : { body: request.body }),
    });
    status = response.status;
    refuseRedirect(response, host);
    return { status, headers: response.headers, text: await limitedText(response, host, signal) };
  } catch (cause) {
    throw failure(context, { host, status, cause });
  } finally {
    context.onRequest({
      method: request.method,
      url: request.url.split('?', 1)[0] ?? '',
      status,
      milliseconds: Math.round(performance.now() - startedAt),
      correlationId: request.correlationId,
    });
  }
}

/** Plain HTTP is for a sandbox on this machine only: elsewhere everyone on the way reads the secret. */
export function secureUrl(text: string): URL {
  const url = URL.canParse(text) ? new URL(text) : undefined;
  if (url?.protocol === 'https:' || (url?.protocol === 'http:' && isLoopback(url.href))) return url;
  throw new AuthError('configuration', `Secrets are not sent to ${url?.origin ?? 'an address that cannot be read'}.`, {
    hint: 'Use an https address; plain http is accepted for localhost alone.',
  });
}

export const isPlainHttp = (url: string): boolean => url.startsWith('http:');

function refuseRedirect(response: Response, host: string): void {
  const redirected = response.type === 'opaqueredirect' || (response.status >= 300 && response.status < 400);
  if (!redirected) return;
  throw new AuthError('redirect_refused', `${host} answered with a redirect, and credentials follow none.`, {
    status: response.status,
    hint: 'Something between here and the service redirects: check the address, the proxy and any captive portal.',
  });
}

async function limitedText(response: Response, host: string, signal: AbortSignal): Promise<string> {
  if (!response.body) return '';
  const pieces: Uint8Array[] = [];
  let size = 0;
  const reader: ReadableStreamDefaultReader<Uint8Array> = response.body.getReader();
  const ended = new Promise<never>((_, reject) => {
    const end = () => reject(signal.reason);
    if (signal.aborted) end();
    else signal.addEventListener('abort', end, { once: true });
  });
  ended.catch(() => {});
  for (;;) {
    const { done, value } = await Promise.race([reader.read(), ended]).catch((cause: unknown) => {
      reader.cancel(cause).catch(() => {});
      throw cause;
    });
    if (done) return Buffer.concat(pieces).toString('utf8');
    size += value.length;
    if (size > maximumAnswerBytes) {
      reader.cancel().catch(() => {});
      throw new AuthError('answer_unreadable', `The answer of ${host} is larger than ${maximumAnswerBytes} bytes.`);
    }
    pieces.push(value);
  }
}

interface Failed {
  readonly host: string;
  /** Undefined: no answer had begun. */
  readonly status: number | undefined;
  readonly cause: unknown;
}

function failure(context: ClientContext, { host, status, cause }: Failed): AuthError {
  if (cause instanceof AuthError) return cause;
  if (context.signal?.aborted) return new AuthError('aborted', 'The call was ended by its caller.', { cause });
  if (cause instanceof Error && (cause.name === 'TimeoutError' || cause.name === 'AbortError')) {
    return new AuthError('timed_out', `${host} did not answer within ${context.timeoutSeconds} seconds.`, { cause });
  }
  const refused = proxyRefusal(cause);
  if (refused !== undefined) {
    return new AuthError('network', `The proxy does not let ${host} be reached (HTTP ${refused}).`, {
      cause,
      detail: refused < 500 ? proxyRefused : undefined,
      hint:
        refused === 407
          ? 'It wants a user and a password: HTTPS_PROXY=http://user:password@proxy:port, each percent-encoded.'
          : 'Ask whoever runs the proxy to allow the host, or go past it with NO_PROXY.',
    });
  }
  const code = systemCode(cause);
  if (code !== undefined && certificateCodes.test(code)) {
    return new AuthError('tls', `The certificate of ${host} is not trusted (${code}).`, {
      cause,
      hint:
        certificateHints[code] ??
        'For the sandbox use --environment Sandbox, which trusts its ca.pem; behind an inspecting proxy set NODE_EXTRA_CA_CERTS.',
    });
  }
  if (code !== undefined && /^(ERR_SSL_|EPROTO$)/.test(code)) {
    return new AuthError('tls', `${host} speaks no TLS that can be trusted (${code}).`, {
      cause,
      hint: 'It has to speak TLS 1.2 or newer: check the address, and the proxy between here and there.',
    });
  }
  const what = status === undefined ? `${host} could not be reached` : `The answer of ${host} broke off`;
  return new AuthError('network', `${what}${code ? ` (${code})` : ''}.`, {
    cause,
    detail: code,
    ...(code === 'ECONNREFUSED' && isLoopback(`http://${host}`)
      ? { hint: 'Nothing listens there: start the sandbox with partner-auth serve sandbox.' }
      : { hint: 'Check the network, the proxy and the environment.' }),
  });
}

const certificateHints: Readonly<Record<string, string>> = {
  CERT_HAS_EXPIRED: 'Check this machine’s clock; if it is right, whoever runs the host has to renew its certificate.',
  CERT_NOT_YET_VALID: 'Check this machine’s clock.',
  ERR_TLS_CERT_ALTNAME_INVALID: 'The certificate is for another host: check the address, and what answers there.',
};

const certificateCodes =
  /^(UNABLE_TO_|SELF_SIGNED_|DEPTH_ZERO_|CERT_|ERR_TLS_|HOSTNAME_MISMATCH|INVALID_CA|INVALID_PURPOSE)/;

/** The status a proxy answered CONNECT with; Node's fetch tells it in words alone. */
function proxyRefusal(cause: unknown): number | undefined {
  for (let current = cause, depth = 0; current instanceof Error && depth < 5; current = current.cause, depth++) {
    const [, status] = /^Proxy response \((\d{3})\)/.exec(current.message) ?? [];
    if (status !== undefined) return Number(status);
  }
  return undefined;
}

/** The system's code of a failure, wherever fetch has wrapped it. */
function systemCode(cause: unknown): string | undefined {
  for (let current = cause, depth = 0; current instanceof Error && depth < 5; current = current.cause, depth++) {
    const code = 'code' in current ? current.code : undefined;
    if (typeof code === 'string') return code;
    const inner: unknown = current instanceof AggregateError ? current.errors[0] : undefined;
    if (inner instanceof Error && 'code' in inner && typeof inner.code === 'string') return inner.code;
  }
  return undefined;
}
