import { timeLimit } from '../base/deadline.ts';
import { errorCode } from '../base/error-code.ts';
import type { ClientContext } from './context.ts';
import { AuthError } from './errors.ts';
import { type AnswerHeaders, AnswerTooLong, exchangeOf, isRedirect, type OutgoingRequest } from './exchange.ts';
import { isLoopback } from './loopback-address.ts';

/** The only place of the client that speaks HTTP: one body each way, bounded in size and time, no redirects. */

export interface Answer {
  readonly status: number;
  readonly headers: AnswerHeaders;
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
  const { signal, over } = timeLimit(context.timeoutSeconds, context.signal);
  let status: number | undefined;
  try {
    const opened = await exchangeOf(fetchIt)(request, signal);
    status = opened.status;
    refuseRedirect(status, host);
    return { status, headers: opened.headers, text: await opened.text(maximumAnswerBytes) };
  } catch (cause) {
    throw failure(context, { host, status, cause });
  } finally {
    over();
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

function refuseRedirect(status: number, host: string): void {
  if (!isRedirect(status)) return;
  throw new AuthError('redirect_refused', `${host} answered with a redirect, and credentials follow none.`, {
    status,
    hint: 'Something between here and the service redirects: check the address, the proxy and any captive portal.',
  });
}

interface Failed {
  readonly host: string;
  /** Undefined: no answer had begun. */
  readonly status: number | undefined;
  readonly cause: unknown;
}

function failure(context: ClientContext, { host, status, cause }: Failed): AuthError {
  if (cause instanceof AuthError) return cause;
  if (cause instanceof AnswerTooLong) {
    return new AuthError('answer_unreadable', `The answer of ${host} is larger than ${maximumAnswerBytes} bytes.`);
  }
  if (context.signal?.aborted) return new AuthError('aborted', 'The call was ended by its caller.', { cause });
  if (cause instanceof Error && (cause.name === 'TimeoutError' || cause.name === 'AbortError')) {
    return new AuthError('timed_out', `${host} did not answer within ${shown(context.timeoutSeconds)} seconds.`, {
      cause,
    });
  }
  const refused = proxyRefusal(cause);
  if (refused !== undefined) {
    return new AuthError('network', `The proxy does not let ${host} be reached (HTTP ${refused}).`, {
      cause,
      detail: refused < 500 ? proxyRefused : undefined,
      hint: proxyRefusalHint(refused),
    });
  }
  const code = systemCode(cause);
  if (code !== undefined && certificateCodes.test(code)) {
    return new AuthError('tls', `The certificate of ${host} is not trusted (${code}).`, {
      cause,
      hint: distrustHint(code),
    });
  }
  if (code !== undefined && isBrokenTls(code)) {
    return new AuthError('tls', `${host} speaks no TLS that can be trusted (${code}).`, { cause, hint: brokenTlsHint });
  }
  const what = status === undefined ? `${host} could not be reached` : `The answer of ${host} broke off`;
  return new AuthError('network', `${what}${code ? ` (${code})` : ''}.`, {
    cause,
    detail: code,
    hint: unreachableHint(host, code),
  });
}

/** What to do where the proxy answers CONNECT with this status. */
export const proxyRefusalHint = (status: number): string =>
  status === 407
    ? 'It wants a user and a password: HTTPS_PROXY=http://user:password@proxy:port, each percent-encoded.'
    : 'Ask whoever runs the proxy to allow the host, or go past it with NO_PROXY.';

/** What to do where a host cannot be reached. */
export const unreachableHint = (host: string, code: string | undefined): string =>
  code === 'ECONNREFUSED' && isLoopback(`http://${host}`)
    ? 'Nothing listens there: start the sandbox with partner-auth serve sandbox.'
    : 'Check the network, the proxy and the environment.';

/** What to do where a certificate is not trusted, by the code that says why. */
export const distrustHint = (code: string): string =>
  certificateHints[code] ??
  'For the sandbox use --environment Sandbox, which trusts its ca.pem; behind an inspecting proxy set NODE_EXTRA_CA_CERTS.';

/** The code of a handshake that failed before there was a certificate to judge. */
export const isBrokenTls = (code: string): boolean => /^(ERR_SSL_|EPROTO$)/.test(code);

export const brokenTlsHint =
  'It has to speak TLS 1.2 or newer: check the address, and the proxy between here and there.';

const certificateHints: Readonly<Record<string, string>> = {
  CERT_HAS_EXPIRED: 'Check this machine’s clock; if it is right, whoever runs the host has to renew its certificate.',
  CERT_NOT_YET_VALID: 'Check this machine’s clock.',
  ERR_TLS_CERT_ALTNAME_INVALID: 'The certificate is for another host: check the address, and what answers there.',
};

/** What was left of a deadline, in tenths. */
const shown = (seconds: number): number => Math.round(seconds * 10) / 10;

const certificateCodes =
  /^(UNABLE_TO_|SELF_SIGNED_|DEPTH_ZERO_|CERT_|ERR_TLS_|HOSTNAME_MISMATCH|INVALID_CA|INVALID_PURPOSE)/;

/** The status a proxy answered CONNECT with: Node's agents tell it as a number, its fetch in words alone. */
function proxyRefusal(cause: unknown): number | undefined {
  for (let current = cause, depth = 0; current instanceof Error && depth < 5; current = current.cause, depth++) {
    const { code, statusCode } = current as { code?: unknown; statusCode?: unknown };
    if (code === 'ERR_PROXY_TUNNEL' && typeof statusCode === 'number') return statusCode;
    const [, status] = /^Proxy response \((\d{3})\)/.exec(current.message) ?? [];
    if (status !== undefined) return Number(status);
  }
  return undefined;
}

/** The system's code of a failure, wherever fetch has wrapped it. */
function systemCode(cause: unknown): string | undefined {
  for (let current = cause, depth = 0; current instanceof Error && depth < 5; current = current.cause, depth++) {
    const code = errorCode(current) ?? errorCode(current instanceof AggregateError ? current.errors[0] : undefined);
    if (code !== undefined) return code;
  }
  return undefined;
}
