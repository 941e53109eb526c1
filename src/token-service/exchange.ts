import { isPromise } from '../base/awaitable.ts';
import type { Handler, HttpReply, HttpRequest } from '../http/message.ts';
import { authenticate, bearerTokenOf } from './authenticate.ts';
import { checkAudience, checkLimit, checkMfa, checkStanding, isMfaCompliant } from './authorize.ts';
import type { TokenServiceContext } from './context.ts';
import { checkBody } from './decode.ts';
import { refuse, ServiceError } from './error-table.ts';
import { type IssuedToken, issueToken } from './issue.ts';
import { mediaTypeForErrors, negotiate } from './negotiate.ts';
import { checkHeaders, requestIdsOf } from './request-ids.ts';
import { type Exchange, respond, respondError } from './respond.ts';
import { apiAt } from './route.ts';

/** The Generate access token API, both versions, and what is unknown beside it: a request in, an answer out, always. */
export function exchangeHandler(context: TokenServiceContext): Handler {
  return async (request) => {
    const started = performance.now();
    const exchange: Exchange = {
      ids: requestIdsOf(request, context.random),
      api: apiAt(request.path),
      mediaType: mediaTypeForErrors(request),
      mfaCompliant: undefined,
    };
    try {
      const token = await decide(context, request, exchange);
      return finish(context, exchange, respond(context, exchange, token), { started, token });
    } catch (cause) {
      const error = cause instanceof ServiceError ? cause : unexpected(cause);
      return finish(context, exchange, respondError(context, exchange, error), { started, error });
    }
  };
}

/** The checks in the contract's order; the first that fails answers. */
async function decide(context: TokenServiceContext, request: HttpRequest, exchange: Exchange): Promise<IssuedToken> {
  const api = exchange.api ?? refuse('unknownPath');
  if (request.method !== 'POST') refuse('methodNotAllowed', { headers: [['Allow', 'POST']] });
  exchange.mediaType = negotiate(request, context.settings.acceptRequired);
  const verified = authenticate(context, bearerTokenOf(request));
  const bearer = isPromise(verified) ? await verified : verified;
  exchange.mfaCompliant = askedForMfa(request) && bearer.kind === 'user' ? isMfaCompliant(bearer) : undefined;
  checkAudience(context, api, bearer);
  checkMfa(context, bearer);
  const standing = checkStanding(context, bearer);
  if (isPromise(standing)) await standing;
  checkLimit(context, bearer);
  checkHeaders(request);
  checkBody(request);
  return issueToken(context, bearer, { api, requestId: exchange.ids.requestId });
}

const askedForMfa = (request: HttpRequest): boolean => request.headers('validatemfa')[0]?.toLowerCase() === 'true';

const unexpected = (cause: unknown): ServiceError =>
  new ServiceError('dependencyFailed', { headers: [['Retry-After', '1']], detail: String(cause), cause });

function finish(
  { metrics, log }: TokenServiceContext,
  { api, ids }: Exchange,
  reply: HttpReply,
  outcome: { readonly started: number; readonly token?: IssuedToken; readonly error?: ServiceError },
): HttpReply {
  const { error } = outcome;
  const code = error?.entry.code ?? '';
  const seconds = (performance.now() - outcome.started) / 1000;
  metrics.answered({
    api: api ?? 'none',
    status: reply.status,
    code,
    replayed: outcome.token?.replayed ?? false,
    seconds,
  });
  if (error) {
    const fields = { ...ids, api, status: reply.status, code, reason: error.detail ?? error.code };
    if (reply.status === 500) log.error({ ...fields, err: error.cause }, 'exchange failed');
    else log.info(fields, 'exchange refused');
  }
  return reply;
}
